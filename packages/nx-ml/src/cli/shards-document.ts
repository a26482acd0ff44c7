import { readFileSync } from 'node:fs';

import { MlError } from '@nx-ml/core/kernel';

import { countText, durationText } from '../report/quantities.js';
import type { FoundBase } from './find-base.js';
import type { LaterJobs } from './later-jobs.js';

/** What --json writes and --read reads. */
export interface ShardsDocument extends LaterJobs {
  readonly formatVersion: 1;
  /** A commit, or git’s empty tree. */
  readonly base: string;
  readonly because: FoundBase['because'] | 'given';
  /** All models that are meant, separated by commas, as Nx takes them. */
  readonly projects: string;
  readonly include: readonly {
    /** Counted from 1. */
    readonly shard: number;
    readonly of: number;
    readonly kind: string;
    readonly runner: readonly string[];
    readonly projects: string;
    /** Milliseconds; undefined where a step of it never ran. */
    readonly expectedMs?: number;
  }[];
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function readShards(file: string): Pick<ShardsDocument, 'include'> {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<ShardsDocument>;
    if (read.formatVersion === 1 && Array.isArray(read.include)) return { include: read.include };
  } catch {
    // Told below: missing, cut off, and something else are mended alike.
  }
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${file} is not what nx-ml shards --json writes`,
    fix: `Write it: nx-ml shards --json > ${file}`,
  });
}

export function shardsText({ base, projects, include }: ShardsDocument): string {
  if (include.length === 0) return `No model is affected since ${base.slice(0, 12)}.\n`;
  const rows = include.map(
    ({ shard, of, runner, projects: own, expectedMs }) =>
      `${String(shard)}/${String(of)}  ${runner.join(', ')}  ${expectedMs === undefined ? 'never run' : `~ ${durationText(expectedMs)}`}  ${own}\n`,
  );
  const models = countText(projects.split(',').length, 'model');
  return `${models} since ${base.slice(0, 12)}, on ${countText(include.length, 'machine')}:\n\n${rows.join('')}`;
}

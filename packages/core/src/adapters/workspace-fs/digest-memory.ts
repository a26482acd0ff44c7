import { readFileSync } from 'node:fs';

import { isDigest, isJsonObject } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { writeDerivedFile } from './derived-files.js';

export interface StampedDigest {
  /** Device, inode, size, mtime and ctime in nanoseconds, joined by `:`. */
  readonly stamp: string;
  readonly digest: Digest;
}

/**
 * A file written within the clock's grain of being hashed could change again and keep its stamp; two seconds is coarser
 * than any file system's clock.
 */
const graceNs = 2_000_000_000n;

/** What an earlier process knew. A memory that cannot be read is empty: it only saves work. */
export function loadDigests(file: string): ReadonlyMap<string, StampedDigest> {
  try {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isJsonObject(document) || document['formatVersion'] !== 1 || !isJsonObject(document['files']))
      return new Map();
    return new Map(
      Object.entries(document['files']).flatMap(([path, known]) => {
        if (!isJsonObject(known) || typeof known['stamp'] !== 'string' || !isDigest(known['digest']))
          return [];
        return [[path, { stamp: known['stamp'], digest: known['digest'] }]];
      }),
    );
  } catch {
    return new Map();
  }
}

export function saveDigests(file: string, known: ReadonlyMap<string, StampedDigest>): void {
  const limit = BigInt(Date.now()) * 1_000_000n - graceNs;
  const settled = [...known].filter(([, { stamp }]) => newestTime(stamp) < limit);
  const files = Object.fromEntries(settled.map(([path, { stamp, digest }]) => [path, { stamp, digest }]));
  writeDerivedFile(file, JSON.stringify({ formatVersion: 1, files }));
}

function newestTime(stamp: string): bigint {
  const [mtime = '0', ctime = '0'] = stamp.split(':').slice(-2);
  const [a, b] = [BigInt(mtime), BigInt(ctime)];
  return a > b ? a : b;
}

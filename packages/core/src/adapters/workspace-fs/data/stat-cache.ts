import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

import { digestOf, hexOf } from '../../../kernel/index.js';
import { writeDerivedFile } from '../derived-files.js';
import { decodeStatTable, encodeStatTable } from './stat-table.js';
import type { StatTable } from './stat-table.js';

/** Coarser than any file system's clock. ms */
const defaultGrace = 2000;
/** What clocks of two machines, or of a machine and a server, may be apart. ns */
const foreignGraceNs = 60_000_000_000n;

/** Before when a file must have been touched so that a later edit cannot leave the same times. */
export interface Settled {
  /** Of the file system that the cache lies on. */
  readonly device: bigint;
  /** ns since the epoch, by that file system's clock. */
  readonly own: bigint;
  /** ns since the epoch, for all other devices. */
  readonly other: bigint;
}

/** The tables on disk, one for each path that has data. Whatever cannot be read is not there. */
export class StatCache {
  readonly #folder: string;
  readonly #graceNs: bigint;

  /**
   * @param folder absolute; made when something is kept.
   * @param grace how long ago a file must have been touched to be believed. ms
   */
  constructor(folder: string, grace = defaultGrace) {
    this.#folder = folder;
    this.#graceNs = BigInt(grace) * 1_000_000n;
  }

  load(path: string): StatTable | undefined {
    try {
      const file = this.#fileOf(path);
      // Removed, for it would be left as it is when it comes to hold the same.
      if (this.#liesAhead(file)) rmSync(file, { force: true });
      return decodeStatTable(readFileSync(file), path);
    } catch {
      return undefined;
    }
  }

  /** Then the clock was set back since, and an edit may have the very times that stood there before. */
  #liesAhead(file: string): boolean {
    const { mtimeNs } = statSync(file, { bigint: true });
    if (mtimeNs <= BigInt(Date.now()) * 1_000_000n) return false;
    // By this machine's clock, which need not be the file system's.
    const told = this.#fileSystemTime();
    return told === undefined || mtimeNs > told.ns;
  }

  /** Saves work only, so that a folder that cannot be written is no reason to fail. */
  save(path: string, table: StatTable): void {
    try {
      writeDerivedFile(this.#fileOf(path), encodeStatTable(table, path));
    } catch {
      return;
    }
  }

  /** Removes the tables of all paths but these, and what killed processes left. */
  keepOnly(paths: readonly string[]): void {
    const wanted = new Set(paths.map(nameOf));
    try {
      for (const name of readdirSync(this.#folder))
        if (!wanted.has(name)) rmSync(join(this.#folder, name), { force: true });
    } catch {
      return;
    }
  }

  /** To be asked before files are read. @returns undefined where nothing can be written: then nothing is settled. */
  settled(): Settled | undefined {
    const told = this.#fileSystemTime();
    if (told === undefined) return undefined;
    const local = BigInt(Date.now()) * 1_000_000n;
    return { device: told.device, own: told.ns - this.#graceNs, other: local - foreignGraceNs };
  }

  /** What the file system that the cache lies on has for now; undefined where nothing can be written. */
  #fileSystemTime(): { readonly device: bigint; readonly ns: bigint } | undefined {
    const probe = join(this.#folder, `clock.${String(process.pid)}`);
    try {
      mkdirSync(this.#folder, { recursive: true });
      const file = openSync(probe, 'w');
      const { dev, mtimeNs } = fstatSync(file, { bigint: true });
      closeSync(file);
      rmSync(probe, { force: true });
      return { device: dev, ns: mtimeNs };
    } catch {
      return undefined;
    }
  }

  #fileOf(path: string): string {
    return join(this.#folder, nameOf(path));
  }
}

function nameOf(path: string): string {
  return `${hexOf(digestOf(path)).slice(0, 32)}.stat`;
}

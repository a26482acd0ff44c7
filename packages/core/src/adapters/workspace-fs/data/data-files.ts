import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { isMlError, messageOf, MlError } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import type { DataSeen, WorkspaceData } from '../../../data/index.js';
import { digestOfFile } from '../digest-of-file.js';
import { Glance } from './glance.js';
import { StatCache } from './stat-cache.js';
import { statRows } from './stat-rows.js';

export interface DataFilesOptions {
  /** Absolute. */
  readonly root: string;
  /** Absolute folder of the stat cache; see docs/design/stat-cache.md. */
  readonly cache: string;
  /** How long ago a file must have been touched so that its digest is remembered. ms, 2,000 when not given */
  readonly grace?: number;
  /** Told of every file that is read. Bytes. */
  readonly onRead?: (size: number) => void;
}

/** Data of a workspace on a real file system. */
export class DataFiles implements WorkspaceData {
  readonly #root: string;
  readonly #cache: StatCache;
  readonly #onRead: (size: number) => void;

  constructor({ root, cache, grace, onRead = () => undefined }: DataFilesOptions) {
    this.#root = root;
    this.#cache = new StatCache(cache, grace);
    this.#onRead = onRead;
  }

  look(path: string): DataSeen | undefined {
    return this.glance(path)?.read((file, size) =>
      this.#digestOf(file === '' ? path : `${path}/${file}`, size),
    );
  }

  glance(path: string): Glance | undefined {
    const look = () => inspect(path, () => statRows(join(this.#root, path)));
    const rows = look();
    return rows === undefined ? undefined : new Glance(rows, { at: path, cache: this.#cache, look });
  }

  readBytes(path: string): Buffer {
    return inspect(path, () => readFileSync(join(this.#root, path)));
  }

  readText(path: string, limit: number): string | undefined {
    return inspect(path, () => readStart(join(this.#root, path), limit)?.toString('utf8'));
  }

  /** Forgets what is known of all data but that at these paths. */
  keepOnly(paths: readonly string[]): void {
    this.#cache.keepOnly(paths);
  }

  #digestOf(path: string, size: number): Digest {
    const digest = inspect(path, () => digestOfFile(join(this.#root, path), size));
    this.#onRead(size);
    return digest;
  }
}

/** A byte more than the limit, so that a longer file does not pass for a shorter one. */
function readStart(absolute: string, limit: number): Buffer | undefined {
  if (!existsSync(absolute)) return undefined;
  const file = openSync(absolute, 'r');
  try {
    const buffer = Buffer.allocUnsafe(limit + 1);
    let length = 0;
    for (let read = -1; read !== 0; length += read)
      read = readSync(file, buffer, length, buffer.length - length, null);
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function inspect<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (isMlError(cause)) throw cause;
    throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
      message: `${path} cannot be read: ${messageOf(cause)}`,
      fix: 'Give yourself permission there, or take it out of the data.',
      cause,
    });
  }
}

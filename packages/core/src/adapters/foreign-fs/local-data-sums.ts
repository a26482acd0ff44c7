import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { DataSums, Md5Sums } from '../../interop/foreign/index.js';
import { digestOf, fromHex, hexOf, messageOf, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { TreeEntry } from '../../store/index.js';
import { isText, UnixLines } from './md5.js';

export interface LocalDataSumsOptions {
  /** Absolute; of the workspace. */
  readonly root: string;
  /** Absolute folder of what is remembered; docs/design/stat-cache.md. */
  readonly cache: string;
  /** Told of every file that is read. Bytes. */
  readonly onRead?: (size: number) => void;
}

const magic = Buffer.from('nxmlmd51');
const rowBytes = 64;
const blockBytes = 1_048_576;

/** MD5 sums of files on this machine, remembered by their sha256: which bytes have which sum never changes. */
export class LocalDataSums implements DataSums {
  readonly #options: LocalDataSumsOptions;

  constructor(options: LocalDataSumsOptions) {
    this.#options = options;
  }

  of(at: string, kind: 'file' | 'tree', entries: readonly TreeEntry[]): ReadonlyMap<Digest, Md5Sums> {
    const { root, cache, onRead } = this.#options;
    const file = join(cache, `${hexOf(digestOf(at)).slice(0, 32)}.md5`);
    const known = load(file);
    const sums = new Map<Digest, Md5Sums>();
    let isNew = false;
    for (const { path, digest, size } of entries) {
      const before = sums.get(digest) ?? known.get(digest);
      const where = kind === 'file' ? at : `${at}/${path}`;
      sums.set(digest, before ?? sumsOf(join(root, where), where, digest));
      if (before !== undefined) continue;
      isNew = true;
      onRead?.(size);
    }
    if (isNew) save(file, sums);
    return sums;
  }
}

/** Both sums are taken in one pass, so that the one is remembered for the bytes of the other whatever writes meanwhile. */
function sumsOf(absolute: string, shown: string, expected: Digest): Md5Sums {
  const [sha256, md5, unixLines] = [createHash('sha256'), createHash('md5'), new UnixLines()];
  let beginning: Buffer | undefined;
  inspect(shown, () => {
    const file = openSync(absolute, 'r');
    try {
      const block = Buffer.allocUnsafe(blockBytes);
      for (let read = readSync(file, block); read > 0; read = readSync(file, block)) {
        const bytes = block.subarray(0, read);
        beginning ??= Buffer.from(bytes.subarray(0, 512));
        for (const hash of [sha256, md5, unixLines]) hash.update(bytes);
      }
    } finally {
      closeSync(file);
    }
  });
  if (fromHex(sha256.digest('hex')) !== expected)
    throw new MlError('ERR_ML_SOURCE_CHANGED', {
      message: `${shown} changed while it was looked at`,
      fix: 'Try again when nothing writes there.',
    });
  const sum = md5.digest('hex');
  return { md5: sum, legacy: isText(beginning ?? Buffer.of()) ? unixLines.digest('hex') : sum };
}

function inspect(shown: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
      message: `${shown} cannot be read: ${messageOf(cause)}`,
      fix: 'Give yourself permission there, or take it out of the data.',
      cause,
    });
  }
}

/** Whatever is no whole file of ours counts as empty. */
function load(file: string): ReadonlyMap<Digest, Md5Sums> {
  const sums = new Map<Digest, Md5Sums>();
  const bytes = contentOf(file);
  const end = (bytes?.length ?? 0) - 32;
  if (bytes === undefined || end < magic.length || (end - magic.length) % rowBytes !== 0) return sums;
  if (!bytes.subarray(0, magic.length).equals(magic)) return sums;
  if (!checksum(bytes.subarray(0, end)).equals(bytes.subarray(end))) return sums;
  const hex = bytes.toString('hex', magic.length, end);
  for (let row = 0; row < hex.length; row += 2 * rowBytes)
    sums.set(fromHex(hex.slice(row, row + 64)), {
      md5: hex.slice(row + 64, row + 96),
      legacy: hex.slice(row + 96, row + 128),
    });
  return sums;
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Saves work only, so that a folder that cannot be written is no reason to fail. */
function save(file: string, sums: ReadonlyMap<Digest, Md5Sums>): void {
  const rows = [...sums].map(([digest, { md5, legacy }]) => hexOf(digest) + md5 + legacy);
  const body = Buffer.concat([magic, Buffer.from(rows.join(''), 'hex')]);
  const aside = `${file}.${String(process.pid)}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(aside, Buffer.concat([body, checksum(body)]));
    renameSync(aside, file);
  } catch {
    return;
  }
}

function checksum(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

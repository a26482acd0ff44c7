import { createHash } from 'node:crypto';

import type { Digest } from '../../../kernel/index.js';
import { fromHex, hexOf } from '../../../kernel/index.js';

/** Device, inode, size, mtime and ctime: the numbers of a row. */
export const numbersInRow = 5;

/** Files and what was known of each, row by row. The bytes are those of docs/design/stat-cache.md. */
export interface StatTable {
  readonly isFolder: boolean;
  /** What they are together. */
  readonly digest: Digest;
  /** Sorted. Of a file its own name. */
  readonly paths: readonly string[];
  /** Five for each path; all zero in a row that matches nothing. */
  readonly numbers: BigInt64Array;
  /** 32 bytes for each path. */
  readonly digests: Buffer;
}

const magic = Buffer.from('nxmlstat');
const headerBytes = 64;
const rowBytes = numbersInRow * 8 + 32;
const sumBytes = 32;

/** @param at the workspace-relative path of the data. */
export function encodeStatTable(table: StatTable, at: string): Buffer {
  const { isFolder, digest, paths, numbers, digests } = table;
  const names = [at, ...paths];
  const nameBytes = names.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0);
  const namesAt = headerBytes + numbers.byteLength + digests.length;
  const end = namesAt + nameBytes;
  // One buffer, for a table may have millions of rows.
  const bytes = Buffer.alloc(end + sumBytes);
  magic.copy(bytes);
  [1, paths.length, nameBytes, isFolder ? 1 : 0].forEach((value, index) =>
    bytes.writeUInt32LE(value, 8 + index * 4),
  );
  bytes.write(hexOf(digest), 24, 'hex');
  littleEndian(numbers).copy(bytes, headerBytes);
  digests.copy(bytes, headerBytes + numbers.byteLength);
  let next = namesAt;
  for (const name of names) next += bytes.write(name, next) + 1;
  checksum(bytes.subarray(0, end)).copy(bytes, end);
  return bytes;
}

/** @returns undefined for anything but a whole table of this path. */
export function decodeStatTable(bytes: Buffer, at: string): StatTable | undefined {
  if (bytes.length < headerBytes + sumBytes || !bytes.subarray(0, 8).equals(magic)) return undefined;
  const [format, count = 0, nameBytes = 0, kind] = [8, 12, 16, 20].map((offset) =>
    bytes.readUInt32LE(offset),
  );
  const namesAt = headerBytes + count * rowBytes;
  const end = namesAt + nameBytes;
  if (format !== 1 || bytes.length !== end + sumBytes) return undefined;
  if (!checksum(bytes.subarray(0, end)).equals(bytes.subarray(end))) return undefined;
  const [path, ...paths] = bytes.toString('utf8', namesAt, end - 1).split('\0');
  if (path !== at || paths.length !== count) return undefined;
  const digestsAt = headerBytes + count * numbersInRow * 8;
  return {
    isFolder: kind === 1,
    digest: digestAt(bytes, 24),
    paths,
    numbers: integers(bytes.subarray(headerBytes, digestsAt)),
    digests: bytes.subarray(digestsAt, namesAt),
  };
}

/** The digest whose 32 bytes start there. */
export function digestAt(bytes: Buffer, offset: number): Digest {
  return fromHex(bytes.toString('hex', offset, offset + 32));
}

function checksum(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Every machine that Node 20 runs on and that has users of ours is little-endian; the others have an empty cache. */
function littleEndian(numbers: BigInt64Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A view where the bytes lie as the machine wants them, else a copy. */
function integers(bytes: Buffer): BigInt64Array {
  if (bytes.byteOffset % 8 === 0) return new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const copy = new Uint8Array(bytes);
  return new BigInt64Array(copy.buffer);
}

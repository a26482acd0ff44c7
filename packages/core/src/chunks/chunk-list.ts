import { fromHex } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { maxChunk } from './limits.js';
import { invalidChunks } from './problem.js';

const digestBytes = 32;
/** Bytes of the list a chunk. */
export const recordBytes = 36;

/** The chunks of a file or of a part of one, in order: 36 bytes each, as they are sent. */
export class ChunkList {
  readonly length: number;

  /** @param bytes a multiple of 36 */
  constructor(readonly bytes: Buffer) {
    this.length = bytes.length / recordBytes;
  }

  /** Bytes of a chunk. */
  sizeAt(index: number): number {
    return this.bytes.readUInt32LE(index * recordBytes + digestBytes);
  }

  digestAt(index: number): Digest {
    return fromHex(this.#digest(index).toString('hex'));
  }

  /** A number that tells digests apart but for once in 2^48; compare with `same` what it finds. */
  keyAt(index: number): number {
    return this.bytes.readUIntLE(index * recordBytes, 6);
  }

  same(index: number, other: ChunkList, otherIndex: number): boolean {
    return this.#digest(index).equals(other.#digest(otherIndex));
  }

  /** True for about one chunk in 256: behind it a segment ends. */
  endsSegment(index: number): boolean {
    return this.bytes[index * recordBytes + digestBytes - 1] === 0;
  }

  /** Shares the bytes. */
  slice(from: number, to: number): ChunkList {
    return new ChunkList(this.bytes.subarray(from * recordBytes, to * recordBytes));
  }

  /** Bytes of all chunks. */
  totalSize(): number {
    let total = 0;
    for (let index = 0; index < this.length; index += 1) total += this.sizeAt(index);
    return total;
  }

  #digest(index: number): Buffer {
    return this.bytes.subarray(index * recordBytes, index * recordBytes + digestBytes);
  }
}

/**
 * A list that came from a remote.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID unless it has so many chunks of a possible size, with so many bytes
 */
export function parseChunkList(
  bytes: Buffer,
  { chunks, size }: { readonly chunks: number; readonly size: number },
): ChunkList {
  const list = new ChunkList(bytes);
  if (list.length !== chunks)
    throw invalidChunks(
      'A list of chunks',
      `it has ${String(bytes.length)} bytes for ${String(chunks)} chunks`,
    );
  for (let index = 0; index < list.length; index += 1) {
    const length = list.sizeAt(index);
    if (length < 1 || length > maxChunk)
      throw invalidChunks('A list of chunks', `a chunk has ${String(length)} bytes`);
  }
  if (list.totalSize() !== size) throw invalidChunks('A list of chunks', 'its sizes do not sum');
  return list;
}

import type { Digest } from '../kernel/index.js';
import { chunkBlobSize } from './limits.js';
import type { Place } from './runs.js';

/** What a new blob is made of: a chunk of the file, or bytes at hand. */
export type BlobPart = NewChunk | { readonly bytes: Uint8Array };

export interface NewChunk {
  readonly digest: Digest;
  /** Bytes from the start of the file. */
  readonly start: number;
  readonly size: number;
}

/** Lays out what is to be written in blobs of about 32 MB. */
export class NewBlobs {
  readonly #blobs: BlobPart[][] = [];
  #size = 0;
  #total = 0;

  get blobs(): readonly (readonly BlobPart[])[] {
    return this.#blobs;
  }

  /** Bytes of all. */
  get total(): number {
    return this.#total;
  }

  add(part: BlobPart): Place {
    const size = partSize(part);
    if (this.#blobs.length === 0 || this.#size >= chunkBlobSize) {
      this.#blobs.push([]);
      this.#size = 0;
    }
    this.#blobs.at(-1)?.push(part);
    const place = { blob: this.#blobs.length - 1, offset: this.#size, size };
    this.#size += size;
    this.#total += size;
    return place;
  }
}

export function partSize(part: BlobPart): number {
  return 'bytes' in part ? part.bytes.length : part.size;
}

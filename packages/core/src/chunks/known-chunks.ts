import type { Digest } from '../kernel/index.js';
import type { ChunkList } from './chunk-list.js';

/** A part of a file whose chunks may be found again. */
export interface KnownSegment {
  readonly digest: Digest;
  /** Bytes of the file. */
  readonly size: number;
  /** Not needed for a segment that both files have. */
  readonly list?: ChunkList | undefined;
}

interface KnownChunk {
  readonly list: ChunkList;
  readonly index: number;
  readonly offset: number;
}

/**
 * Where chunks lie in a file that is known. What both files have as whole segments is found by those, so that
 * the memory grows with what differs, not with the file.
 */
export class KnownChunks {
  readonly #segments = new Map<Digest, number>();
  readonly #chunks = new Map<number, KnownChunk>();

  /** @param wanted the segments of the other file */
  constructor(known: readonly KnownSegment[], wanted: ReadonlySet<Digest>) {
    let offset = 0;
    for (const { digest, size, list } of known) {
      if (wanted.has(digest)) this.#segments.set(digest, offset);
      else if (list !== undefined) this.#add(list, offset);
      offset += size;
    }
  }

  /** @returns where in the known file a segment begins, in bytes */
  segment(digest: Digest): number | undefined {
    return this.#segments.get(digest);
  }

  /** @returns where in the known file a chunk begins, in bytes */
  chunk(list: ChunkList, index: number): number | undefined {
    const found = this.#chunks.get(list.keyAt(index));
    return found !== undefined && isSame(found, list, index) ? found.offset : undefined;
  }

  #add(list: ChunkList, start: number): void {
    let offset = start;
    for (let index = 0; index < list.length; index += 1) {
      this.#chunks.set(list.keyAt(index), { list, index, offset });
      offset += list.sizeAt(index);
    }
  }
}

/** A size that lies, in a list that came from a remote, must not shift the bytes of another chunk. */
function isSame(found: KnownChunk, list: ChunkList, index: number): boolean {
  return list.same(index, found.list, found.index) && list.sizeAt(index) === found.list.sizeAt(found.index);
}

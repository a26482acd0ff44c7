import { digestOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import type { ChunkList } from './chunk-list.js';
import { maxSegmentChunks } from './limits.js';

/** A part of a list of chunks, cut by its content like the file itself. */
export interface Segment {
  /** Of its part of the list. */
  readonly digest: Digest;
  /** Bytes of the file. */
  readonly size: number;
  readonly list: ChunkList;
}

export function segmentsOf(list: ChunkList): readonly Segment[] {
  const segments: Segment[] = [];
  for (let from = 0; from < list.length;) {
    const to = segmentEnd(list, from);
    const part = list.slice(from, to);
    segments.push({ digest: digestOf(part.bytes), size: part.totalSize(), list: part });
    from = to;
  }
  return segments;
}

function segmentEnd(list: ChunkList, from: number): number {
  const last = Math.min(list.length, from + maxSegmentChunks) - 1;
  let at = from;
  while (at < last && !list.endsSegment(at)) at += 1;
  return at + 1;
}

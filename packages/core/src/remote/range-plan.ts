import type { Digest } from '../kernel/index.js';
import type { BlobRange } from './blobs.js';
import type { PackPlace } from './pack-catalogue.js';

/** Skipping fewer bytes than this costs less than another request. */
const gapBytes = 256 * 1024;
/** A longer range is cut, so that several come at once. */
const rangeBytes = 16 * 1024 * 1024;

export interface WantedSlice extends PackPlace {
  readonly digest: Digest;
}

/** One request: some bytes of one pack, and which objects lie in them, by rising offset. */
export interface PackRange extends BlobRange {
  readonly pack: Digest;
  readonly objects: readonly WantedSlice[];
}

/** The fewest requests that bring these objects without bringing much else. */
export function planRanges(wanted: readonly WantedSlice[]): readonly PackRange[] {
  const byPack = new Map<Digest, WantedSlice[]>();
  for (const slice of wanted) {
    const known = byPack.get(slice.pack);
    if (known === undefined) byPack.set(slice.pack, [slice]);
    else known.push(slice);
  }
  return [...byPack].flatMap(([pack, slices]) => rangesOf(pack, slices));
}

function rangesOf(pack: Digest, slices: WantedSlice[]): PackRange[] {
  // Of two at one offset the empty one comes first.
  slices.sort((a, b) => a.offset - b.offset || a.size - b.size);
  const ranges: PackRange[] = [];
  let objects: WantedSlice[] = [];
  let [start, end] = [0, 0];
  for (const slice of slices) {
    const fits = slice.offset - end <= gapBytes && slice.offset + slice.size - start <= rangeBytes;
    if (objects.length > 0 && !fits) {
      ranges.push({ pack, start, end, objects });
      objects = [];
    }
    if (objects.length === 0) start = slice.offset;
    objects.push(slice);
    end = slice.offset + slice.size;
  }
  return [...ranges, { pack, start, end, objects }];
}

/**
 * Cuts the bytes of a range into its objects, as they come; what lies between them is dropped. Nothing is verified here.
 * A stream that ends early gives fewer objects.
 */
export async function* sliceRange(
  stream: AsyncIterable<Uint8Array>,
  { start, objects }: PackRange,
): AsyncIterable<{ readonly digest: Digest; readonly bytes: Buffer }> {
  const window = new Window(start);
  let next = 0;
  for (let slice = objects[next]; slice?.size === 0; slice = objects[(next += 1)])
    yield { digest: slice.digest, bytes: Buffer.alloc(0) };
  if (next === objects.length) return;
  for await (const part of stream) {
    window.push(part);
    for (let slice = objects[next]; slice !== undefined; slice = objects[(next += 1)]) {
      const bytes = window.take(slice);
      if (bytes === undefined) break;
      yield { digest: slice.digest, bytes };
    }
    if (next === objects.length) return;
  }
}

/** The part of a stream that came and was not asked for yet. Pieces are joined only when an object is whole. */
class Window {
  #parts: Buffer[] = [];
  #size = 0;
  #at: number;

  constructor(start: number) {
    this.#at = start;
  }

  push(part: Uint8Array): void {
    this.#parts.push(Buffer.from(part.buffer, part.byteOffset, part.length));
    this.#size += part.length;
  }

  /** The bytes of a slice; what lies before it is dropped. @returns undefined when they have not all come. */
  take({ offset, size }: WantedSlice): Buffer | undefined {
    if (offset + size > this.#at + this.#size) return undefined;
    const [only, ...more] = this.#parts;
    const held = only !== undefined && more.length === 0 ? only : Buffer.concat(this.#parts, this.#size);
    const from = offset - this.#at;
    const rest = held.subarray(from + size);
    [this.#parts, this.#size, this.#at] = [[rest], rest.length, offset + size];
    return held.subarray(from, from + size);
  }
}

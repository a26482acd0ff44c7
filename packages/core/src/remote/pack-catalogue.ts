import { hexOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import type { PackIndex, PackSlice } from './pack-index.js';

/** Where a small object lies. */
export interface PackPlace extends PackSlice {
  /** Digest of the pack's index. */
  readonly pack: Digest;
}

/** Entries that one segment can number: 32 bits of digest and 21 of number fit into a double. */
const segmentEntries = 2 ** 21;

/** Everything that the packs of a remote hold. A million objects take some 50 MB, 40 of them their indexes. */
export class PackCatalogue {
  readonly #packs = new Map<Digest, PackIndex>();
  #segments: Segment[] | undefined;

  has(pack: Digest): boolean {
    return this.#packs.has(pack);
  }

  packs(): IterableIterator<Digest> {
    return this.#packs.keys();
  }

  packSize(pack: Digest): number | undefined {
    return this.#packs.get(pack)?.packSize;
  }

  add(pack: Digest, index: PackIndex): void {
    this.#packs.set(pack, index);
    this.#segments = undefined;
  }

  remove(pack: Digest): void {
    if (this.#packs.delete(pack)) this.#segments = undefined;
  }

  /** Every place of an object; more than one where two pushes had it at once. */
  find(digest: Digest): readonly PackPlace[] {
    const bytes = Buffer.from(hexOf(digest), 'hex');
    this.#segments ??= segmentsOf(this.#packs);
    return this.#segments.flatMap((segment) => segment.find(bytes));
  }
}

function segmentsOf(packs: ReadonlyMap<Digest, PackIndex>): Segment[] {
  const segments: Segment[] = [];
  let chosen: [Digest, PackIndex][] = [];
  let count = 0;
  for (const entry of packs) {
    if (count + entry[1].count > segmentEntries) {
      segments.push(new Segment(chosen, count));
      [chosen, count] = [[], 0];
    }
    chosen.push(entry);
    count += entry[1].count;
  }
  return [...segments, new Segment(chosen, count)];
}

/** Packs whose entries are in one order, so that a look-up need not go through each pack. */
class Segment {
  /** Prefix of the digest times 2^21, plus the number of the entry. Rising. */
  readonly #order: Float64Array;
  /** Number of each pack's first entry. Rising. */
  readonly #starts: readonly number[];

  constructor(
    private readonly packs: readonly (readonly [Digest, PackIndex])[],
    count: number,
  ) {
    this.#order = new Float64Array(count);
    const starts: number[] = [];
    let number = 0;
    for (const [, index] of packs) {
      starts.push(number);
      for (let at = 0; at < index.count; at += 1, number += 1)
        this.#order[number] = index.prefix(at) * segmentEntries + number;
    }
    this.#starts = starts;
    this.#order.sort();
  }

  find(digest: Buffer): PackPlace[] {
    const first = digest.readUInt32BE(0) * segmentEntries;
    const places: PackPlace[] = [];
    for (let at = lowest(this.#order, first); at < this.#order.length; at += 1) {
      const key = this.#order[at] ?? 0;
      if (key >= first + segmentEntries) break;
      const place = this.#placeOf(key % segmentEntries, digest);
      if (place !== undefined) places.push(place);
    }
    return places;
  }

  #placeOf(number: number, digest: Buffer): PackPlace | undefined {
    const which = lowest(this.#starts, number + 1) - 1;
    const found = this.packs[which];
    const at = number - (this.#starts[which] ?? 0);
    if (found?.[1].is(at, digest) !== true) return undefined;
    return { pack: found[0], ...found[1].slice(at) };
  }
}

/** Where the first of the rising numbers stands that is not below `value`. */
function lowest(numbers: ArrayLike<number>, value: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((numbers[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

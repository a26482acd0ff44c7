import type { Numbers } from './arguments.js';

const MOST_BUCKETS = 2 ** 16;

/** A sample that is asked how many of its values lie below another: a table of places first, then bisection. */
export class SortedValues {
  readonly #sorted: Float64Array;
  readonly #starts: Int32Array;
  readonly #least: number;
  readonly #scale: number;

  /** @param values finite, at least one. */
  constructor(values: Numbers) {
    this.#sorted = Float64Array.from(values).sort();
    const size = this.#sorted.length;
    const buckets = Math.min(MOST_BUCKETS, size);
    this.#least = this.#sorted[0] ?? 0;
    const scale = buckets / ((this.#sorted[size - 1] ?? 0) - this.#least);
    this.#scale = Number.isFinite(scale) ? scale : 0;
    this.#starts = new Int32Array(buckets + 1).fill(size);
    for (let place = size - 1; place >= 0; place--)
      this.#starts[this.#bucket(this.#sorted[place] ?? 0)] = place;
    for (let bucket = buckets - 1; bucket >= 0; bucket--)
      this.#starts[bucket] = Math.min(this.#starts[bucket] ?? 0, this.#starts[bucket + 1] ?? 0);
  }

  get values(): Float64Array {
    return this.#sorted;
  }

  /** How many values are below. */
  below(value: number): number {
    const bucket = this.#bucket(value);
    let [low, high] = [this.#starts[bucket] ?? 0, this.#starts[bucket + 1] ?? 0];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many values are below or equal, given how many are below. */
  atMost(value: number, below: number): number {
    if (this.#sorted[below] !== value) return below;
    let [low, high] = [below, this.#starts[this.#bucket(value) + 1] ?? 0];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Never falls as the value rises, which is all that the table needs. */
  #bucket(value: number): number {
    const bucket = Math.floor((value - this.#least) * this.#scale);
    const last = this.#starts.length - 2;
    return bucket > 0 ? Math.min(bucket, last) : 0;
  }
}

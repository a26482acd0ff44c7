import type { Numbers } from './arguments.js';

export interface Ranks {
  /** The rank of each value from 1, equal values sharing the mean of theirs. */
  readonly ranks: Float64Array;
  /** Sum of t^3 - t over the groups of t equal values: what ties take from the variance of a rank sum. */
  readonly tieTerm: number;
}

/** @param values finite. */
export function rank(values: Numbers): Ranks {
  const order = Uint32Array.from(values, (_, index) => index);
  const at = (place: number): number => values[order[place] ?? 0] ?? 0;
  order.sort((left, right) => (values[left] ?? 0) - (values[right] ?? 0));
  const ranks = new Float64Array(values.length);
  let tieTerm = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && at(end) === at(start)) end++;
    const size = end - start;
    tieTerm += size ** 3 - size;
    for (let place = start; place < end; place++) ranks[order[place] ?? 0] = (start + end + 1) / 2;
    start = end;
  }
  return { ranks, tieTerm };
}

import type { Numbers } from './arguments.js';
import { SortedValues } from './sorted-values.js';

export interface Ranks {
  /** The rank of each value from 1, equal values sharing the mean of theirs. */
  readonly ranks: Float64Array;
  /** Sum of t^3 - t over the groups of t equal values: what ties take from the variance of a rank sum. */
  readonly tieTerm: number;
}

/** @param values finite. */
export function rank(values: Numbers): Ranks {
  const sample = new SortedValues(values);
  const ranks = new Float64Array(values.length);
  let tieTerm = 0;
  for (let index = 0; index < ranks.length; index++) {
    const value = values[index] ?? 0;
    const below = sample.below(value);
    const atMost = sample.atMost(value, below);
    ranks[index] = (below + atMost + 1) / 2;
    // Each of the t equal values brings its part, which is a whole number.
    tieTerm += (atMost - below) ** 2 - 1;
  }
  return { ranks, tieTerm };
}

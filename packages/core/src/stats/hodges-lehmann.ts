import type { Numbers } from './arguments.js';
import { rankSumCdf } from './rank-sum-distribution.js';

const LEVEL = 0.025;

/**
 * The median of all differences y - x, and the 95% interval for the shift that belongs to the exact rank sum test
 * (Hodges and Lehmann 1963).
 *
 * @returns [estimate, lower, upper].
 */
export function hodgesLehmann(x: Numbers, y: Numbers): readonly [number, number, number] {
  const differences = new Float64Array(x.length * y.length);
  x.forEach((left: number, row: number) => {
    y.forEach((right: number, column: number) => {
      differences[row * y.length + column] = right - left;
    });
  });
  differences.sort();
  const pairs = differences.length;
  const quantile = rankSumCdf(x.length, y.length).findIndex((p) => p >= LEVEL);
  const outside = Math.max(1, quantile);
  const at = (place: number): number => differences[place] ?? 0;
  const median = (at(Math.floor((pairs - 1) / 2)) + at(Math.floor(pairs / 2))) / 2;
  return [median, at(outside - 1), at(pairs - outside)];
}

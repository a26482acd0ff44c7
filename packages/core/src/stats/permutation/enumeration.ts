/** Probabilities of a sum of signed units as large, and as small, as the one that was seen. */
export interface Tails {
  readonly greater: number;
  readonly less: number;
}

/**
 * Sums this near to each other, relative to the sum of all magnitudes, are ties: rounding alone makes such differences.
 */
export const TIE = 1e-12;

/**
 * Both tails over all 2^n flips, in 2^(n/2) steps: the sums of either half, sorted, are met from opposite ends.
 *
 * @param units at most some 40.
 */
export function enumeratedTails(units: Float64Array): Tails {
  const half = units.length >> 1;
  const [left, right] = [signedSums(units.subarray(0, half)), signedSums(units.subarray(half))];
  const observed = units.reduce((sum, unit) => sum + unit, 0);
  const tie = TIE * units.reduce((sum, unit) => sum + Math.abs(unit), 0);
  const all = left.length * right.length;
  return {
    greater: pairsAtLeast(left, right, observed - tie) / all,
    less: pairsAtLeast(left, right, -observed - tie) / all,
  };
}

function signedSums(units: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** units.length);
  units.forEach((unit, index) => {
    const size = 2 ** index;
    for (let known = 0; known < size; known++) {
      const sum = sums[known] ?? 0;
      sums[known] = sum + unit;
      sums[size + known] = sum - unit;
    }
  });
  return sums.sort();
}

function pairsAtLeast(left: Float64Array, right: Float64Array, least: number): number {
  let first = right.length;
  let pairs = 0;
  for (const sum of left) {
    while (first > 0 && sum + (right[first - 1] ?? 0) >= least) first--;
    pairs += right.length - first;
  }
  return pairs;
}

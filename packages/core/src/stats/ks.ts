import { requireNumbers } from './arguments.js';
import type { Numbers } from './arguments.js';

export interface Ks2Sample {
  /** The largest distance of the two empirical distributions. */
  readonly D: number;
  /**
   * P of a distance as large, by the exact distribution without ties; null for samples too large for it. With ties it
   * is conservative.
   */
  readonly pExact: number | null;
  /** The same by Kolmogorov's limit, for large samples. */
  readonly pKolmogorovLimit: number;
}

/** Sizes n x m up to here are computed exactly: some milliseconds. */
const MOST_CELLS = 4_000_000;

/**
 * The two-sample test of Kolmogorov and Smirnov: have two independent samples the same continuous distribution? Of
 * drift it says that there is some, not how much: with many rows it finds differences that matter to nobody.
 *
 * @throws ERR_ML_STATISTICS_INVALID for an empty sample or a value that is not finite.
 */
export function ks2Sample({ x, y }: { readonly x: Numbers; readonly y: Numbers }): Ks2Sample {
  requireNumbers('x', x);
  requireNumbers('y', y);
  const [n, m] = [x.length, y.length];
  const distance = largestDistance(Float64Array.from(x).sort(), Float64Array.from(y).sort());
  const D = distance / (n * m);
  return {
    D,
    pExact: n * m <= MOST_CELLS ? pathsThatReach(distance, n, m) : null,
    pKolmogorovLimit: kolmogorovTail(Math.sqrt((n * m) / (n + m)) * D),
  };
}

/**
 * The largest |i m - j n|, in whole numbers, over the places i, j of the two sorted samples after each distinct value.
 */
function largestDistance(x: Float64Array, y: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i] ?? 0, y[j] ?? 0);
    while (x[i] === value) i++;
    while (y[j] === value) j++;
    largest = Math.max(largest, Math.abs(i * y.length - j * x.length));
  }
  return largest;
}

/**
 * The probability that a path of n steps right and m up, all as likely, comes as far from the diagonal as `distance`
 * (Hodges 1957). Only probabilities of having reached it are added, so that small ones keep their digits.
 */
function pathsThatReach(distance: number, n: number, m: number): number {
  const reached = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= m; j++) {
      const outside = Math.abs(i * m - j * n) >= distance;
      const left = i === 0 ? 0 : (i / (i + j)) * (reached[j] ?? 0);
      const below = j === 0 ? 0 : (j / (i + j)) * (reached[j - 1] ?? 0);
      reached[j] = outside ? 1 : left + below;
    }
  return Math.min(1, reached[m] ?? 1);
}

/**
 * Q(lambda) = 2 sum (-1)^(k-1) exp(-2 k^2 lambda^2); below 1 by the series that converges there (Jacobi's theta
 * function).
 */
function kolmogorovTail(lambda: number): number {
  if (lambda <= 0) return 1;
  let sum = 0;
  for (let k = 1; k <= 20; k++)
    sum +=
      lambda < 1
        ? Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * lambda ** 2))
        : (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k ** 2 * lambda ** 2);
  return lambda < 1 ? Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum) : Math.min(1, sum);
}

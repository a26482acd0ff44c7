import {
  joined,
  refuse,
  requireCount,
  requireNumbers,
  requirePositive,
  requireSameLength,
} from './arguments.js';
import type { Numbers } from './arguments.js';
import { chiSquareUpperTail } from './distributions.js';

export interface BinnedDrift {
  /** Population stability index, natural logarithm, shares raised to at least 1e-4. */
  readonly psi: number;
  /** Jensen-Shannon divergence in bits, from 0 to 1. */
  readonly jensenShannonBits: number;
  /** Its square root, a metric. */
  readonly jensenShannonDistance: number;
  /** Pearson's statistic of homogeneity, over the bins that either sample has. */
  readonly chi2: number;
  readonly df: number;
  readonly p: number;
  /** One bin holds all of both samples: nothing can be told, p is 1. */
  readonly degenerate: boolean;
}

const LEAST_SHARE = 1e-4;

/**
 * How two samples differ over the same bins or categories. The chi-square test says whether, the divergences how much.
 * Calibrate a threshold for PSI by simulation at the sizes at hand: with 10 bins and 200 + 200 rows it exceeds 0.1 in
 * 35% of the cases with no drift at all. The test needs some 5 expected in each bin.
 *
 * @param input.reference counts of each bin, of the sample that is the rule.
 * @param input.current counts of the same bins, of the sample that is looked at.
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, different numbers of bins, and a sample without any row.
 */
export function binnedDrift(input: { readonly reference: Numbers; readonly current: Numbers }): BinnedDrift {
  const { reference, current } = input;
  const totals = [totalOf('reference', reference), totalOf('current', current)] as const;
  requireSameLength('current', current.length, reference.length);
  const sums = { psi: 0, divergence: 0, chi2: 0, bins: 0 };
  reference.forEach((count: number, bin: number) => {
    const other = current[bin] ?? 0;
    const [p, q] = [count / totals[0], other / totals[1]];
    const [least, most] = [Math.max(p, LEAST_SHARE), Math.max(q, LEAST_SHARE)];
    sums.psi += (most - least) * Math.log(most / least);
    sums.divergence += (towards(p, (p + q) / 2) + towards(q, (p + q) / 2)) / 2;
    sums.chi2 += homogeneity(count, other, totals);
    sums.bins += count + other > 0 ? 1 : 0;
  });
  const df = sums.bins - 1;
  const bits = Math.min(1, Math.max(0, sums.divergence));
  return {
    psi: sums.psi,
    jensenShannonBits: bits,
    jensenShannonDistance: Math.sqrt(bits),
    chi2: sums.chi2,
    df,
    p: df === 0 ? 1 : chiSquareUpperTail(sums.chi2, df),
    degenerate: df === 0,
  };
}

function totalOf(name: string, counts: Numbers): number {
  requireNumbers(name, counts);
  let total = 0;
  counts.forEach((count: number, bin: number) => {
    requireCount(`${name}[${String(bin)}]`, count);
    total += count;
  });
  requireCount(`the sum of ${name}`, total, 1);
  return total;
}

/** A bin's part of Kullback and Leibler's divergence, in bits. */
function towards(p: number, middle: number): number {
  return p === 0 ? 0 : p * Math.log2(p / middle);
}

/** A bin's part of chi2: both of its cells, each by its expected count. */
function homogeneity(count: number, other: number, [n, m]: readonly [number, number]): number {
  const share = (count + other) / (n + m);
  return share === 0 ? 0 : (count - n * share) ** 2 / (n * share) + (other - m * share) ** 2 / (m * share);
}

/**
 * The first Wasserstein distance of two samples: the area between their empirical distributions, in the unit of the
 * values. An effect size for drift, no test.
 *
 * @throws ERR_ML_STATISTICS_INVALID for an empty sample or a value that is not finite.
 */
export function wasserstein1({ x, y }: { readonly x: Numbers; readonly y: Numbers }): { readonly w: number } {
  requireNumbers('x', x);
  requireNumbers('y', y);
  const [left, right] = [Float64Array.from(x).sort(), Float64Array.from(y).sort()];
  const all = joined(left, right).sort();
  let [i, j, w] = [0, 0, 0];
  for (let place = 0; place + 1 < all.length; place++) {
    const value = all[place] ?? 0;
    while (i < left.length && (left[i] ?? 0) <= value) i++;
    while (j < right.length && (right[j] ?? 0) <= value) j++;
    const apart = Math.abs(i / left.length - j / right.length);
    // Halves first: the distance of two finite values may be beyond a double.
    if (apart > 0) w += 2 * (apart * ((all[place + 1] ?? 0) / 2 - value / 2));
  }
  return { w };
}

const MOST_KERNEL_VALUES = 10_000;

/**
 * The maximum mean discrepancy of two samples, squared, unbiased, with a Gaussian kernel of width `sigma` (Gretton et
 * al. 2012). Near 0, also below it, without drift. Grows with the square of the sizes, so that more than 10,000 values
 * are refused: take a sample.
 *
 * @throws ERR_ML_STATISTICS_INVALID for samples of fewer than 2 or together more than 10,000 values, one that is not
 * finite, and a sigma that is not above 0.
 */
export function mmd2(input: { readonly x: Numbers; readonly y: Numbers; readonly sigma: number }): {
  readonly mmd2: number;
} {
  const { x, y, sigma } = input;
  requireNumbers('x', x, 2);
  requireNumbers('y', y, 2);
  requirePositive('sigma', sigma);
  const size = x.length + y.length;
  if (size > MOST_KERNEL_VALUES)
    refuse('the number of values', size, `at most ${String(MOST_KERNEL_VALUES)}`);
  const similarity = (left: Numbers, right: Numbers): number => {
    let sum = 0;
    for (const a of left) for (const b of right) sum += Math.exp(-(((a - b) / sigma) ** 2) / 2);
    return sum;
  };
  const within = (values: Numbers): number =>
    (similarity(values, values) - values.length) / (values.length * (values.length - 1));
  return { mmd2: within(x) + within(y) - (2 * similarity(x, y)) / (x.length * y.length) };
}

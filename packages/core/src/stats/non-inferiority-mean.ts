import { refuse, requireFinite, requireNumbers } from './arguments.js';
import { studentCdf } from './distributions.js';
import { momentsOf } from './moments.js';
import { pairedPermutation } from './permutation/index.js';
import type { PairedDifferences } from './permutation/index.js';
import { groupedSums } from './permutation/units.js';

export interface NonInferiorityOfMean {
  /** Mean of the differences. */
  readonly mean: number;
  /** Against H0: the mean is -margin or less. */
  readonly p: number;
  /**
   * `betting`: valid for every n and every distribution down to `worst`. `corrected-t`: an approximation, good from
   * some hundred examples without rare disasters on.
   */
  readonly method: 'betting' | 'corrected-t';
  /** Nothing spreads, so that the approximation knows nothing: p is 1. Betting needs no spread. */
  readonly degenerate: boolean;
}

export interface WithMargin extends PairedDifferences {
  /** In the unit of the differences, at least 0. */
  readonly margin: number;
  /** The least value that any difference can have: -1 for losses from 0 to 1. Below -margin. */
  readonly worst?: number;
}

/**
 * Is the candidate's mean (of scores, or of losses with the sign changed) not worse by the margin or more?
 *
 * A difference plus a margin is not symmetric, so that flipping signs, and a t test, pass too often where rare harm is
 * larger than usual gain: at a level of 0.0005 ten times too often with exponential losses and 50 examples, and
 * hundreds of times where the harm is so rare that a sample may hold none of it. No test can tell the latter without
 * knowing how large harm can be. So: with `worst`, p = 1/E of a mixture of bets that the mean is above -margin
 * (Waudby-Smith and Ramdas 2023), which holds for every n, and needs about 1.6 times the examples of a t test for
 * normal differences. Without it, the largest of the sign-flip test's p and of the t test's after the correction for
 * skewness of Hall (1992). docs/adr/0025-statistics.md
 *
 * @throws ERR_ML_STATISTICS_INVALID for fewer than 2 differences, one that is not finite or below `worst`, a margin
 * below 0, a `worst` that is not below -margin, and groups that do not fit.
 */
export function nonInferiorityMean(input: WithMargin): NonInferiorityOfMean {
  const { differences, margin, worst } = input;
  requireNumbers('differences', differences, 2);
  requireFinite('margin', margin);
  if (margin < 0) refuse('margin', margin, 'at least 0');
  const shifted = Float64Array.from(differences, (difference) => difference + margin);
  const { mean } = momentsOf(differences);
  if (worst === undefined)
    return { mean, method: 'corrected-t', ...byCorrectedT({ ...input, differences: shifted }) };
  requireWorst(input, worst);
  return {
    mean,
    p: byBetting({ ...input, differences: shifted }, worst + margin),
    method: 'betting',
    degenerate: false,
  };
}

function requireWorst({ differences, margin }: WithMargin, worst: number): void {
  requireFinite('worst', worst);
  if (worst >= -margin) refuse('worst', worst, `below -margin, which is ${String(-margin)}`);
  differences.forEach((difference: number, index: number) => {
    if (difference < worst)
      refuse(`differences[${String(index)}]`, difference, `at least worst, which is ${String(worst)}`);
  });
}

function byCorrectedT(shifted: PairedDifferences): { readonly p: number; readonly degenerate: boolean } {
  const { sums } = groupedSums(shifted);
  if (sums.length < 2 || momentsOf(sums).constant) return { p: 1, degenerate: true };
  return { p: Math.max(pairedPermutation(shifted).greater, skewCorrectedGreater(sums)), degenerate: false };
}

/** The t statistic, straightened by a cubic of the sample's skewness that never turns (Hall 1992). */
function skewCorrectedGreater(values: Float64Array): number {
  const { n, mean, sd, ratio } = momentsOf(values);
  let cubes = 0;
  for (const value of values) cubes += (value / sd - mean / sd) ** 3;
  const skewness = cubes / n;
  const straight =
    ratio + (skewness * ratio ** 2) / 3 + (skewness ** 2 * ratio ** 3) / 27 + skewness / (6 * n);
  return Number.isFinite(straight) ? studentCdf(-straight * Math.sqrt(n), n - 1) : 1;
}

/**
 * Bets of several sizes on "above -margin", each of which never loses all; their mean capital E exceeds 1/p with a
 * probability of at most p (Markov). Sizes fall by sqrt(2) from the largest that is safe to where a million examples
 * would still want it.
 */
function byBetting(shifted: PairedDifferences, worst: number): number {
  const { sums, largestGroup } = groupedSums(shifted);
  const safest = -1 / (worst * largestGroup);
  const sizes = Math.ceil(Math.log2(sums.length)) + 2;
  const capitals = Float64Array.from({ length: sizes }, (_, size) =>
    logCapital(sums, safest * 2 ** (-size / 2)),
  );
  const best = capitals.reduce((most, capital) => Math.max(most, capital), -Infinity);
  const total = capitals.reduce((sum, capital) => sum + Math.exp(capital - best), 0);
  return best === -Infinity ? 1 : Math.min(1, Math.exp(Math.log(sizes / total) - best));
}

function logCapital(sums: Float64Array, stake: number): number {
  let log = 0;
  for (const sum of sums) log += Math.log1p(Math.max(-1, stake * sum));
  return log;
}

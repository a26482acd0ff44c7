import { requireBetween0And1, requireFinite, requireNumbers, requirePositive } from './arguments.js';
import type { Numbers } from './arguments.js';
import { studentCdf, studentQuantile } from './distributions.js';
import { momentsOf } from './moments.js';

export interface PairedT {
  readonly mean: number;
  /** null where degenerate. */
  readonly t: number | null;
  readonly df: number;
  readonly twoSided: number;
  /** H1: the mean is above 0. */
  readonly greater: number;
  /** Interval for the mean; null where degenerate. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** All differences are equal: t is not defined, and the p are 1. */
  readonly degenerate: boolean;
}

/**
 * Student's (1908) t test of paired differences. Exact for normal differences, close for many of a bounded kind. Not
 * for correctness (use McNemar's exact test), not for folds of one cross-validation, which share their training data
 * (use nadeauBengio), not for few differences with long tails (use the permutation test).
 *
 * @param input.differences candidate minus baseline, one an example; at least 2.
 * @throws ERR_ML_STATISTICS_INVALID for fewer than 2 differences, one that is not finite, and a confidence outside (0,
 * 1).
 */
export function pairedT(input: { readonly differences: Numbers; readonly confidence: number }): PairedT {
  requireNumbers('differences', input.differences, 2);
  requireBetween0And1('confidence', input.confidence);
  const { n, mean, sd, ratio, constant } = momentsOf(input.differences);
  const df = n - 1;
  if (constant)
    return { mean, t: null, df, twoSided: 1, greater: 1, lower: null, upper: null, degenerate: true };
  const t = ratio * Math.sqrt(n);
  const reach = (-studentQuantile((1 - input.confidence) / 2, df) * sd) / Math.sqrt(n);
  return {
    mean,
    t,
    df,
    twoSided: 2 * studentCdf(-Math.abs(t), df),
    greater: studentCdf(-t, df),
    lower: mean - reach,
    upper: mean + reach,
    degenerate: false,
  };
}

export interface Tost {
  /** Against H0: the mean is -margin or less. */
  readonly pNonInferior: number;
  /** Against H0: the mean is margin or more. */
  readonly pNonSuperior: number;
  /** The larger of the two: equivalence within the margin. */
  readonly pTost: number;
  /** All differences are equal: the p are 1. */
  readonly degenerate: boolean;
}

/**
 * Two one-sided t tests (Schuirmann 1987): is the mean difference within the margin? Assumptions as {@link pairedT}.
 *
 * @param input.margin above 0, in the unit of the differences.
 * @throws ERR_ML_STATISTICS_INVALID for fewer than 2 differences, one that is not finite, and a margin that is not
 * above 0.
 */
export function tostPaired(input: { readonly differences: Numbers; readonly margin: number }): Tost {
  requireNumbers('differences', input.differences, 2);
  requirePositive('margin', input.margin);
  const { n, mean, sd, constant } = momentsOf(input.differences);
  if (constant) return { pNonInferior: 1, pNonSuperior: 1, pTost: 1, degenerate: true };
  const error = sd / Math.sqrt(n);
  requireFinite('the standard error of the differences', error);
  const pNonInferior = studentCdf(-(mean + input.margin) / error, n - 1);
  const pNonSuperior = studentCdf((mean - input.margin) / error, n - 1);
  return { pNonInferior, pNonSuperior, pTost: Math.max(pNonInferior, pNonSuperior), degenerate: false };
}

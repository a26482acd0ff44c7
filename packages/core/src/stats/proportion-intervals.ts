import { refuse, requireBetween0And1, requireCount } from './arguments.js';
import { betaQuantile, normalQuantile } from './distributions.js';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** `successes` of `n` independent examples. */
export interface Proportion {
  readonly successes: number;
  readonly n: number;
}

export function requireProportion({ successes, n }: Proportion): void {
  requireCount('n', n, 1);
  requireCount('successes', successes);
  if (successes > n) refuse('successes', successes, `at most n, which is ${String(n)}`);
}

/**
 * The score interval of Wilson (1927): coverage near `confidence` on average, below it for some proportions. For
 * reports. Where the coverage must hold, as for a floor that a gate checks, take {@link clopperPearson}.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, and a confidence outside (0, 1).
 */
export function wilson(input: Proportion & { readonly confidence: number }): Interval {
  const { successes, n, confidence } = input;
  requireProportion(input);
  requireBetween0And1('confidence', confidence);
  const z = -normalQuantile((1 - confidence) / 2);
  const share = successes / n;
  const centre = share + (z * z) / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return {
    lower: successes === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    upper: successes === n ? 1 : Math.min(1, (centre + spread) / scale),
  };
}

/**
 * The exact two-sided interval of Clopper and Pearson (1934): coverage of at least `confidence` for every proportion
 * and n, at the price of width.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, and a confidence outside (0, 1).
 */
export function clopperPearson(input: Proportion & { readonly confidence: number }): Interval {
  requireBetween0And1('confidence', input.confidence);
  const alpha = (1 - input.confidence) / 2;
  return {
    lower: clopperPearsonLower({ ...input, alpha }),
    upper: clopperPearsonUpper({ ...input, alpha }),
  };
}

/**
 * The exact one-sided bound: the true proportion lies below it with a probability of at most `alpha`. What an absolute
 * floor (`accuracy at least 0.9`) is compared with.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, and an alpha outside (0, 1).
 */
export function clopperPearsonLower(input: Proportion & { readonly alpha: number }): number {
  const { successes, n, alpha } = input;
  requireProportion(input);
  requireBetween0And1('alpha', alpha);
  return successes === 0 ? 0 : betaQuantile(alpha, successes, n - successes + 1);
}

/** The exact one-sided bound above, as {@link clopperPearsonLower}: for a ceiling on an error rate. */
export function clopperPearsonUpper(input: Proportion & { readonly alpha: number }): number {
  const { successes, n, alpha } = input;
  requireProportion(input);
  requireBetween0And1('alpha', alpha);
  return successes === n ? 1 : betaQuantile(1 - alpha, successes + 1, n - successes);
}

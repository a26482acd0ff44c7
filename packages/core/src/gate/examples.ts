import { connorSampleSize, mcnemarPowerExact } from '../stats/index.js';
import { normalQuantile } from '../stats/distributions.js';

/** How many examples a test needs; what a test is asked for, and how often it may err. */

export interface Rates {
  /** Chance of a pass without any effect; 0 where the budget leaves none. */
  readonly alpha: number;
  /** Chance of a pass with the effect. */
  readonly power: number;
}

/** More than anybody labels: beyond it the answer is that no number is enough. */
const mostExamples = 1e8;
/** Nobody chooses 80% for being unlike 79.5%. */
const tolerance = 0.005;

/**
 * Examples that the exact paired test needs to find a gain in accuracy of `effect` (a share: 0.02 is two points) where the two models differ on a share `disagreement`. Begins with
 * Connor's (1987) approximation, which is a few examples short since the exact test is conservative, and goes up until the exact power is there, to half a percent.
 *
 * @returns null where none is enough: the effect is larger than the disagreement, or alpha is 0.
 */
export function examplesForGain(
  { alpha, power }: Rates,
  { disagreement, effect }: { readonly disagreement: number; readonly effect: number },
): number | null {
  if (alpha <= 0) return null;
  let n = connorSampleSize({ disagreement, effect, alpha, power });
  if (n === null || n > mostExamples) return null;
  const pCandidateOnly = (disagreement + effect) / 2;
  const pBaselineOnly = Math.max(0, disagreement - pCandidateOnly);
  while (mcnemarPowerExact({ pCandidateOnly, pBaselineOnly, n, alpha }).power < power - tolerance)
    n += Math.max(1, Math.round(0.3 / effect)); // What exactness costs is some 1 / effect examples.
  return n;
}

/**
 * Examples that show a model no worse by `margin` when it is in truth as good. Where the two hardly differ, the margin itself is what is uncertain: without a
 * single difference z^2 (1 - m) / m examples are needed. The variances under both hypotheses are those of Tango's (1998) test.
 *
 * @returns null where none is enough.
 */
export function examplesForMargin(
  { alpha, power }: Rates,
  { disagreement, margin }: { readonly disagreement: number; readonly margin: number },
): number | null {
  if (alpha <= 0) return null;
  if (margin >= 1) return 1;
  const spread = Math.sqrt(nullVariance(disagreement, margin));
  return bounded((upper(alpha) * spread + upper(1 - power) * Math.sqrt(disagreement)) ** 2 / margin ** 2);
}

/**
 * Of one example's gain if the candidate were worse by the margin, as Tango's test estimates it from models that are as good: the root of its quadratic for
 * equal shares of wins and losses.
 */
function nullVariance(disagreement: number, margin: number): number {
  const linear = 2 * margin + disagreement;
  const root = Math.sqrt(Math.max(0, linear ** 2 - 4 * disagreement * margin * (1 + margin)));
  return (linear + root) / 2 - margin * (1 + margin);
}

/** Examples below which not even two models without a single difference show that one is no worse by `margin`. */
export function examplesWithoutDifference(alpha: number, margin: number): number {
  return examplesForMargin({ alpha, power: 0.5 }, { disagreement: 0, margin }) ?? Infinity;
}

/** The smallest margin that `n` examples can show, by {@link examplesForMargin}; null where there is none. */
export function marginShown(rates: Rates, n: number, disagreement: number): number | null {
  const isEnough = (margin: number): boolean =>
    n >= (examplesForMargin(rates, { disagreement, margin }) ?? Infinity);
  if (!isEnough(mostMargin)) return null;
  let [short, enough] = [0, mostMargin];
  while (enough - short > 1e-7) {
    const middle = (short + enough) / 2;
    if (isEnough(middle)) enough = middle;
    else short = middle;
  }
  return enough;
}

const mostMargin = 1 - 1e-9;

/**
 * Examples for a mean, an area under a curve or any other figure whose estimate from n examples has the variance `variance / n`.
 * @returns null where none is enough.
 */
export function examplesForMean(
  { alpha, power }: Rates,
  { variance, effect }: { readonly variance: number; readonly effect: number },
): number | null {
  if (alpha <= 0) return null;
  return bounded(((upper(alpha) + upper(1 - power)) ** 2 * variance) / effect ** 2);
}

/**
 * Up to one significant digit: 6,180 is 7,000. What is computed from a spread of losses or scores tells of the labels, and a figure with all its digits would tell
 * a developer who compares many candidates far more than whether one passed.
 */
export function coarse(n: number | null): number | null {
  if (n === null || !Number.isFinite(n)) return null;
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, n)));
  return Math.ceil(Number((n / unit).toPrecision(12))) * unit;
}

function upper(tail: number): number {
  return -normalQuantile(tail);
}

function bounded(n: number): number | null {
  return n <= mostExamples ? Math.max(1, Math.ceil(n)) : null;
}

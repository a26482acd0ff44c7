import { refuse, requireBetween0And1, requireCount } from './arguments.js';
import { normalCdf, normalQuantile } from './distributions.js';
import { requireDiscordantPairs } from './mcnemar.js';
import type { DiscordantPairs } from './mcnemar.js';
import type { Interval } from './proportion-intervals.js';

/** Two classifiers on the same `n` examples. */
export interface PairedCounts extends DiscordantPairs {
  readonly n: number;
}

function requirePairedCounts(counts: PairedCounts): void {
  requireDiscordantPairs(counts);
  requireCount('n', counts.n, 1);
  const pairs = counts.candidateOnlyCorrect + counts.baselineOnlyCorrect;
  if (pairs > counts.n) refuse('n', counts.n, `at least the discordant pairs, which are ${String(pairs)}`);
}

/**
 * The score statistic of Tango (1998) for H0: difference in accuracy (candidate - baseline) = `difference`. The
 * variance is that under H0, with the baseline's share of discordant examples at its constrained maximum likelihood.
 */
function tangoScore(
  { candidateOnlyCorrect: b, baselineOnlyCorrect: c, n }: PairedCounts,
  difference: number,
): number {
  const linear = (2 * n - b + c) * difference - b - c;
  const constant = -c * difference * (1 - difference);
  const root = Math.sqrt(Math.max(0, linear ** 2 - 8 * n * constant));
  // Two forms of one root: each loses no digits where the other subtracts equals.
  const share = linear > 0 ? (-2 * constant) / (root + linear) : (root - linear) / (4 * n);
  const variance = n * (2 * share + difference * (1 - difference));
  const distance = b - c - n * difference;
  if (variance > 0) return distance / Math.sqrt(variance);
  return distance === 0 ? 0 : Math.sign(distance) * Infinity;
}

/**
 * The score interval of Tango (1998) for the difference in accuracy of two classifiers on the same examples, candidate
 * minus baseline. Coverage near `confidence` also for few examples and no discordant pair. For reports; the gate asks
 * {@link tangoNonInferiority}.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, more discordant pairs than examples, and a confidence
 * outside (0, 1).
 */
export function tangoInterval(
  input: PairedCounts & { readonly confidence: number },
): Interval & { readonly estimate: number } {
  requirePairedCounts(input);
  requireBetween0And1('confidence', input.confidence);
  const z = -normalQuantile((1 - input.confidence) / 2);
  const estimate = (input.candidateOnlyCorrect - input.baselineOnlyCorrect) / input.n;
  return {
    estimate,
    lower: crossing(input, z, { from: estimate, to: -1 }),
    upper: crossing(input, -z, { from: estimate, to: 1 }),
  };
}

/** Where the score, 0 at `from`, reaches `z` on the way to the end of the scale: bisection to the last digit. */
function crossing(counts: PairedCounts, z: number, { from, to }: { from: number; to: number }): number {
  let [inside, outside] = [from, to];
  for (;;) {
    const middle = (inside + outside) / 2;
    if (middle === inside || middle === outside) return outside;
    if (Math.abs(tangoScore(counts, middle)) < Math.abs(z)) inside = middle;
    else outside = middle;
  }
}

export interface NonInferiority {
  readonly z: number;
  /** Probability of a score as large or larger if the candidate is worse by the margin. */
  readonly p: number;
  /** The counts say nothing against a margin of 0: no discordant pair. p is 1. */
  readonly degenerate: boolean;
}

/**
 * Tango's score test that the candidate's accuracy is not worse than the baseline's by `margin` or more; p against H0:
 * difference <= -margin. An approximation by the normal distribution, close from some 20 examples on.
 *
 * @param input.margin in shares: 0.01 is one point; from 0 to below 1.
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, and a margin out of range.
 */
export function tangoNonInferiority(input: PairedCounts & { readonly margin: number }): NonInferiority {
  requirePairedCounts(input);
  const { margin } = input;
  if (typeof margin !== 'number' || !(margin >= 0 && margin < 1))
    refuse('margin', margin, 'from 0 to below 1');
  if (margin === 0 && input.candidateOnlyCorrect + input.baselineOnlyCorrect === 0)
    return { z: 0, p: 1, degenerate: true };
  const z = tangoScore(input, -margin);
  return { z, p: normalCdf(-z), degenerate: false };
}

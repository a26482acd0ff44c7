import { refuse, requireBetween0And1, requireNumbers, requireSameLength } from './arguments.js';
import type { Numbers } from './arguments.js';
import { binomialCdf, binomialQuantile, normalQuantile } from './distributions.js';

export interface ProbOutperform {
  /** P(A > B): share of the pairs that A wins, a tie counting half. */
  readonly pAB: number;
  /** Percentile bootstrap interval of it. */
  readonly lower: number;
  readonly upper: number;
  /** All pairs went one way, so that the bootstrap knows no spread: an interval of width 0 that is no certainty. */
  readonly degenerate: boolean;
}

/**
 * The probability that training method A outperforms B (Bouthillier et al. 2021), from runs paired by seed. The
 * bootstrap of a mean of wins, ties and losses is a multinomial that is known in full, so its percentiles are computed,
 * not drawn: no seed, no error of resampling. Their criterion: the lower end clears 0.5 and the upper 0.75. For few
 * pairs the percentile interval is too narrow; {@link noetherSampleSize} says how many runs to make.
 *
 * @param input.scoresA higher is better; one a seed.
 * @param input.confidence default 0.95.
 * @throws ERR_ML_STATISTICS_INVALID for lists that are empty, of different lengths or not finite, and a confidence
 * outside (0, 1).
 */
export function probOutperform(input: {
  readonly scoresA: Numbers;
  readonly scoresB: Numbers;
  readonly confidence?: number;
}): ProbOutperform {
  const { scoresA, scoresB, confidence = 0.95 } = input;
  requireNumbers('scoresA', scoresA);
  requireNumbers('scoresB', scoresB);
  requireSameLength('scoresB', scoresB.length, scoresA.length);
  requireBetween0And1('confidence', confidence);
  const n = scoresA.length;
  let [wins, ties] = [0, 0];
  scoresA.forEach((score: number, index: number) => {
    const other = scoresB[index] ?? 0;
    if (score > other) wins++;
    if (score === other) ties++;
  });
  const outcome = { n, wins, ties };
  return {
    pAB: (wins + ties / 2) / n,
    lower: resampledQuantile(outcome, (1 - confidence) / 2),
    upper: resampledQuantile(outcome, (1 + confidence) / 2),
    degenerate: Math.max(wins, ties, n - wins - ties) === n,
  };
}

interface Outcome {
  readonly n: number;
  readonly wins: number;
  readonly ties: number;
}

/** The least value of the mean that a resample stays at or below with probability `level`. */
function resampledQuantile(outcome: Outcome, level: number): number {
  const { n, wins, ties } = outcome;
  if (ties === 0) return binomialQuantile(level, n, wins / n) / n;
  let [below, above] = [-1, 2 * n];
  while (above - below > 1) {
    const halves = Math.floor((below + above) / 2);
    if (atMost(outcome, halves) >= level) above = halves;
    else below = halves;
  }
  return above / (2 * n);
}

const NEGLIGIBLE = 1e-12;

/** P(2 wins + ties <= halves) in a resample, summed over the number of ties. */
function atMost({ n, wins, ties }: Outcome, halves: number): number {
  const share = ties === n ? 0 : Math.min(1, wins / (n - ties));
  const last = binomialQuantile(1 - NEGLIGIBLE, n, ties / n);
  let sum = 0;
  for (let drawn = binomialQuantile(NEGLIGIBLE, n, ties / n); drawn <= last; drawn++) {
    const chance = binomialCdf(drawn, n, ties / n) - binomialCdf(drawn - 1, n, ties / n);
    const most = Math.floor((halves - drawn) / 2);
    if (most >= 0) sum += chance * (most >= n - drawn ? 1 : binomialCdf(most, n - drawn, share));
  }
  return sum;
}

/**
 * Paired runs that show P(A > B) > 1/2 with probability 1 - beta if it is `gamma` (Noether 1987, as Bouthillier et al.
 * 2021 use it): N = ((z_{1-alpha} - z_beta) / (sqrt(6) (1/2 - gamma)))^2, rounded up. 29 for gamma 0.75 and 5% of
 * either error.
 *
 * @throws ERR_ML_STATISTICS_INVALID for rates outside (0, 1), and a gamma that is not above 1/2.
 */
export function noetherSampleSize(input: {
  readonly gamma: number;
  readonly alpha: number;
  readonly beta: number;
}): { readonly n: number } {
  const { gamma, alpha, beta } = input;
  requireBetween0And1('gamma', gamma);
  requireBetween0And1('alpha', alpha);
  requireBetween0And1('beta', beta);
  if (gamma <= 0.5) refuse('gamma', gamma, 'above 0.5');
  if (alpha + beta >= 1) refuse('beta', beta, `below 1 - alpha, which is ${String(1 - alpha)}`);
  const reach = -normalQuantile(alpha) - normalQuantile(beta);
  return { n: Math.ceil((reach / (Math.sqrt(6) * (0.5 - gamma))) ** 2) };
}

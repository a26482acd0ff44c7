import { refuse, requireBetween0And1, requireCount, requirePositive, requireShare } from './arguments.js';
import { binomialCdf, binomialQuantile, binomialUpperTail, normalQuantile } from './distributions.js';

/** Shares of all examples that one of the two alone has right. */
export interface DiscordantShares {
  readonly pCandidateOnly: number;
  readonly pBaselineOnly: number;
}

function requireDiscordantShares({ pCandidateOnly, pBaselineOnly }: DiscordantShares): void {
  requireShare('pCandidateOnly', pCandidateOnly);
  requireShare('pBaselineOnly', pBaselineOnly);
  requireShare('pCandidateOnly + pBaselineOnly', pCandidateOnly + pBaselineOnly);
}

/**
 * What of the number of discordant pairs is left out: probability that can change no digit of a power that anyone
 * reads.
 */
const NEGLIGIBLE = 1e-13;
const MOST_EXAMPLES = 1e8;

/**
 * The probability that the exact one-sided McNemar test at `alpha` passes a candidate with these shares, on `n`
 * independent examples. Summed over the number of discordant pairs, which is Binomial(n, pCandidateOnly +
 * pBaselineOnly). Some 16 sqrt(n d) terms.
 *
 * @throws ERR_ML_STATISTICS_INVALID for shares outside [0, 1], n outside 1 to 1e8, and an alpha outside (0, 1).
 */
export function mcnemarPowerExact(input: DiscordantShares & { readonly n: number; readonly alpha: number }): {
  readonly power: number;
} {
  const { n, alpha, pCandidateOnly, pBaselineOnly } = input;
  requireDiscordantShares(input);
  requireCount('n', n, 1);
  if (n > MOST_EXAMPLES) refuse('n', n, `at most ${String(MOST_EXAMPLES)}`);
  requireBetween0And1('alpha', alpha);
  const disagreement = Math.min(1, pCandidateOnly + pBaselineOnly);
  if (disagreement === 0) return { power: 0 };
  const share = pCandidateOnly / (pCandidateOnly + pBaselineOnly);
  const first = binomialQuantile(NEGLIGIBLE, n, disagreement);
  const last = binomialQuantile(1 - NEGLIGIBLE, n, disagreement);
  let needed = leastSignificant(first, alpha);
  let power = 0;
  for (let pairs = first; pairs <= last; pairs++) {
    if (binomialUpperTail(needed, pairs, 0.5) > alpha) needed++;
    power += pairsProbability(pairs, n, disagreement) * binomialUpperTail(needed, pairs, share);
  }
  return { power: Math.min(1, power) };
}

/** The least number of wins among `pairs` that the test calls significant; more than `pairs` where none is. */
function leastSignificant(pairs: number, alpha: number): number {
  let wins = pairs - binomialQuantile(alpha, pairs, 0.5);
  while (wins > 0 && binomialUpperTail(wins - 1, pairs, 0.5) <= alpha) wins--;
  while (binomialUpperTail(wins, pairs, 0.5) > alpha) wins++;
  return wins;
}

function pairsProbability(pairs: number, n: number, disagreement: number): number {
  return binomialCdf(pairs, n, disagreement) - binomialCdf(pairs - 1, n, disagreement);
}

/** An effect on accuracy, in shares: 0.02 is two points. */
export interface EffectAndRates {
  /** Share of examples on which the two differ. */
  readonly disagreement: number;
  readonly effect: number;
  readonly alpha: number;
  readonly power: number;
}

/**
 * Examples that McNemar's one-sided test at `alpha` needs to find `effect` with probability `power`: Connor (1987), n =
 * (z_alpha sqrt(d) + z_power sqrt(d - e^2))^2 / e^2, rounded up. An approximation: the exact test needs a little more,
 * see {@link mcnemarPowerExact}.
 *
 * @returns null where no number of examples is enough, since the effect is larger than the disagreement.
 * @throws ERR_ML_STATISTICS_INVALID for an effect that is not above 0, rates outside (0, 1), and a power that is not
 * above alpha.
 */
export function connorSampleSize({ disagreement, effect, alpha, power }: EffectAndRates): number | null {
  requireShare('disagreement', disagreement);
  requirePositive('effect', effect);
  requireRates(alpha, power);
  if (effect > disagreement) return null;
  const root =
    -normalQuantile(alpha) * Math.sqrt(disagreement) +
    normalQuantile(power) * Math.sqrt(disagreement - effect ** 2);
  return Math.max(1, Math.ceil((root / effect) ** 2));
}

/** {@link connorSampleSize} for the two shares that make up effect and disagreement. */
export function mcnemarSampleSize(
  input: DiscordantShares & { readonly alpha: number; readonly power: number },
): { readonly n: number } {
  requireDiscordantShares(input);
  const { pCandidateOnly, pBaselineOnly, alpha, power } = input;
  const effect = pCandidateOnly - pBaselineOnly;
  if (effect <= 0)
    refuse('pCandidateOnly', pCandidateOnly, `above pBaselineOnly, which is ${String(pBaselineOnly)}`);
  const n = connorSampleSize({ disagreement: pCandidateOnly + pBaselineOnly, effect, alpha, power });
  return {
    n: n ?? refuse('pBaselineOnly', pBaselineOnly, 'a share that leaves a disagreement above the effect'),
  };
}

export interface DetectableEffect {
  /** The least effect, in shares; null where there is none. */
  readonly mde: number | null;
  /** No effect that this disagreement allows reaches the power. */
  readonly impossible: boolean;
}

/**
 * The least effect that McNemar's one-sided test at `alpha` finds with probability `power` on `n` examples: Connor's
 * formula solved for e, a quadratic. Needs no label, only how often the two models differ.
 *
 * @throws ERR_ML_STATISTICS_INVALID for n below 1, rates outside (0, 1), and a power that is not above alpha.
 */
export function mcnemarMde(input: {
  readonly disagreement: number;
  readonly n: number;
  readonly alpha: number;
  readonly power: number;
}): DetectableEffect {
  const { disagreement, n, alpha, power } = input;
  requireShare('disagreement', disagreement);
  requireCount('n', n, 1);
  requireRates(alpha, power);
  const za = -normalQuantile(alpha);
  const zb = normalQuantile(power);
  const inner = n - za * za + zb * zb;
  const mde =
    (Math.sqrt(disagreement) * (za * Math.sqrt(n) + zb * Math.sqrt(Math.max(0, inner)))) / (n + zb * zb);
  const impossible = inner < 0 || disagreement === 0 || mde > disagreement;
  return { mde: impossible ? null : mde, impossible };
}

function requireRates(alpha: number, power: number): void {
  requireBetween0And1('alpha', alpha);
  requireBetween0And1('power', power);
  if (power <= alpha) refuse('power', power, `above alpha, which is ${String(alpha)}`);
}

import {
  refuse,
  requireBetween0And1,
  requireCount,
  requirePositive,
  requireShare,
} from '../stats/arguments.js';
import { mcnemarExact } from '../stats/mcnemar.js';
import type { DiscordantPairs } from '../stats/mcnemar.js';
import { connorSampleSize, mcnemarMde } from '../stats/mcnemar-power.js';
import { alphaPerStep } from './alpha-per-step.js';
import type { ReuseBudget } from './alpha-per-step.js';

/** What the decision on one candidate rests on: the counts, the question, and the life of the test set so far. */
export interface BinarySuperiority extends DiscordantPairs, ReuseBudget {
  /** Examples of the test set. */
  readonly n: number;
  /** Share of examples on which the two models differ; known without labels. */
  readonly disagreement: number;
  /** In shares: 0.02 is two points. */
  readonly minEffect: number;
  readonly power: number;
  readonly stepsUsed: number;
  readonly promotions: number;
}

export type BinaryDecision =
  | { readonly state: 'pass'; readonly alpha: number; readonly p: number }
  | { readonly state: 'fail'; readonly alpha: number; readonly p: number }
  | {
      readonly state: 'inconclusive';
      readonly reason: 'underpowered';
      readonly alpha: number;
      readonly p: number;
      /** Examples that would decide; null where no number does, since the models differ too seldom for the effect. */
      readonly requiredN: number | null;
    }
  | { readonly state: 'inconclusive'; readonly reason: 'test-set-exhausted' };

/**
 * Is the candidate's accuracy better? `pass` where the exact one-sided McNemar test says so at this step's level; else
 * `fail` where the test could have seen the least effect of interest, `inconclusive` where it could not, or where the
 * test set is spent. What tells the last two apart needs no label, so the state gives away nothing beyond the one bit
 * that the budget pays for.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts, shares and rates out of range, or that do not fit together.
 */
export function decideSuperiorityBinary(input: BinarySuperiority): BinaryDecision {
  requireFitting(input);
  const { n, disagreement, minEffect, power } = input;
  const alpha = alphaPerStep(input);
  if (input.stepsUsed >= input.maxSteps || input.promotions >= input.maxPromotions)
    return { state: 'inconclusive', reason: 'test-set-exhausted' };
  const p = mcnemarExact(input).oneSidedGreater;
  if (p <= alpha) return { state: 'pass', alpha, p };
  const requiredN = alpha > 0 ? connorSampleSize({ disagreement, effect: minEffect, alpha, power }) : null;
  const mde = alpha > 0 ? mcnemarMde({ disagreement, n, alpha, power }).mde : null;
  if (mde !== null && mde <= minEffect) return { state: 'fail', alpha, p };
  return { state: 'inconclusive', reason: 'underpowered', alpha, p, requiredN };
}

function requireFitting(input: BinarySuperiority): void {
  requireCount('n', input.n, 1);
  requireCount('stepsUsed', input.stepsUsed);
  requireCount('promotions', input.promotions);
  requireShare('disagreement', input.disagreement);
  requirePositive('minEffect', input.minEffect);
  requireBetween0And1('power', input.power);
  const pairs = input.candidateOnlyCorrect + input.baselineOnlyCorrect;
  if (pairs > input.n) refuse('n', input.n, `at least the discordant pairs, which are ${String(pairs)}`);
}

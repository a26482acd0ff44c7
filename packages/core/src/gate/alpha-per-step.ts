import { refuse, requireBetween0And1, requireCount } from '../stats/arguments.js';

/** What a test set may be asked in its life. */
export interface ReuseBudget {
  /** H: verdicts given on it. */
  readonly maxSteps: number;
  /** c: promotions after which it retires. */
  readonly maxPromotions: number;
  /** Probability of any false promotion in the whole life. */
  readonly alpha: number;
}

/** A sum over half of a million binomials would be spent on a level that no double can tell from 0. */
const MOST_STEPS = 1_000_000;

/**
 * The level of one step. A developer who adapts to the answers sees one bit a step, at most c of them a promotion, so
 * that sum_{j=1..c} C(H, j) histories of feedback bound what can be tried: alpha over that number, by the union bound.
 * c = 1 gives alpha/H (ease.ml/ci's firstChange), c = H gives alpha/(2^H - 1) (its full adaptivity), which a double no
 * longer holds from some 1,070 steps on: 0, at which nothing passes. Karlaš et al. 2020, "Building Continuous
 * Integration Services for Machine Learning"; docs/guides/gate.md.
 *
 * @throws ERR_ML_STATISTICS_INVALID for steps outside 1 to 1,000,000, promotions outside 1 to the steps, and an alpha
 * outside (0, 1).
 */
export function alphaPerStep({ maxSteps, maxPromotions, alpha }: ReuseBudget): number {
  requireCount('maxSteps', maxSteps, 1);
  if (maxSteps > MOST_STEPS) refuse('maxSteps', maxSteps, `at most ${String(MOST_STEPS)}`);
  requireCount('maxPromotions', maxPromotions, 1);
  if (maxPromotions > maxSteps)
    refuse('maxPromotions', maxPromotions, `at most maxSteps, which is ${String(maxSteps)}`);
  requireBetween0And1('alpha', alpha);
  return alpha / feedbackHistories(maxSteps, maxPromotions);
}

function feedbackHistories(steps: number, promotions: number): number {
  let choices = 1;
  let sum = 0;
  for (let chosen = 1; chosen <= promotions && Number.isFinite(sum); chosen++) {
    choices *= (steps - chosen + 1) / chosen;
    sum += choices;
  }
  return sum;
}

import { easemlBennett, easemlHoeffding } from '../stats/index.js';
import type { EasemlBudget } from '../stats/index.js';
import { normalQuantile } from '../stats/distributions.js';

/** What ease.ml/ci's rule is asked for: pass when the estimated gain, less its error epsilon, is above 0. */
export interface EasemlQuestion {
  readonly steps: number;
  readonly promotions: number;
  readonly alpha: number;
  readonly power: number;
  readonly disagreement: number;
  readonly effect: number;
}

/**
 * Examples with which ease.ml/ci's rule (Renggli et al. 2019) passes a gain of `effect` with the power, its epsilon by Hoeffding's inequality or, where the two models differ on a share
 * `disagreement` at most, by Bennett's. Both hold for every distribution, and pay for it; the exact paired test knows the distribution.
 *
 * @returns null where no number is enough.
 */
export function easemlExamples(question: EasemlQuestion, by: 'hoeffding' | 'bennett'): number | null {
  const { effect, disagreement, power, steps, promotions, alpha } = question;
  if (effect > disagreement) return null;
  const budget: Omit<EasemlBudget, 'epsilon'> = {
    steps,
    adaptivity: promotions === 1 ? 'firstChange' : 'full',
    reliability: 1 - alpha,
  };
  const forBound = (epsilon: number): number =>
    by === 'hoeffding'
      ? easemlHoeffding({ ...budget, epsilon, coefficients: [1, -1] }).samples
      : easemlBennett({ ...budget, epsilon, varianceBound: disagreement }).samples;
  const forPower = (epsilon: number): number =>
    (normalQuantile(power) ** 2 * (disagreement - effect ** 2)) / (effect - epsilon) ** 2;
  let [low, high] = [effect / 1000, effect];
  for (let round = 0; round < 60; round++) {
    const epsilon = (low + high) / 2;
    if (forBound(epsilon) > forPower(epsilon)) low = epsilon;
    else high = epsilon;
  }
  return forBound(low);
}

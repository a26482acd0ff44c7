import {
  refuse,
  requireBetween0And1,
  requireCount,
  requireFinite,
  requireNumbers,
  requireOneOf,
  requirePositive,
} from './arguments.js';
import type { Numbers } from './arguments.js';

/** How the developer may adapt: not to any answer; until the first pass; to all answers. */
export type Adaptivity = 'none' | 'firstChange' | 'full';

export interface EasemlBudget {
  /** Commits that the test set serves. */
  readonly steps: number;
  readonly adaptivity: Adaptivity;
  /** Probability that all answers are right: 0.9999. */
  readonly reliability: number;
  /** Half of the width of the estimate's interval. */
  readonly epsilon: number;
}

/** ln of the number of histories over which the union bound goes. */
function logHistories(budget: EasemlBudget): number {
  requireCount('steps', budget.steps, 1);
  requireOneOf('adaptivity', budget.adaptivity, ['none', 'firstChange', 'full']);
  requireBetween0And1('reliability', budget.reliability);
  requirePositive('epsilon', budget.epsilon);
  return budget.adaptivity === 'full' ? budget.steps * Math.LN2 : Math.log(budget.steps);
}

function wholeExamples(examples: number): { readonly samples: number } {
  const samples = Math.ceil(examples);
  if (!Number.isSafeInteger(samples))
    refuse('epsilon', examples, 'large enough for a number of examples that exists');
  return { samples: Math.max(1, samples) };
}

/**
 * Examples that ease.ml/ci (Renggli et al. 2019) asks for by Hoeffding's inequality, for a condition on a weighted sum
 * of accuracies: ceil((ln K + ln(k/delta)) c^2 / (2 (epsilon/k)^2)), the most over the k coefficients c. For
 * comparison: the exact paired test needs far fewer.
 *
 * @param input.coefficients of the accuracies in the condition: [1] for `n > A`, [1, -1] for `n - o > A`.
 * @throws ERR_ML_STATISTICS_INVALID for steps below 1, epsilon not above 0, a reliability outside (0, 1), coefficients
 * that are 0 or not finite.
 */
export function easemlHoeffding(input: EasemlBudget & { readonly coefficients: Numbers }): {
  readonly samples: number;
} {
  const histories = logHistories(input);
  requireNumbers('coefficients', input.coefficients);
  const k = input.coefficients.length;
  const largest = Math.max(...input.coefficients.map((coefficient) => Math.abs(coefficient)));
  requirePositive('the largest of the coefficients', largest);
  const log = histories + Math.log(k) - Math.log(1 - input.reliability);
  return wholeExamples((log / 2) * ((largest * k) / input.epsilon) ** 2);
}

/**
 * Examples that ease.ml/ci asks for by Bennett's inequality where the two models differ on at most `varianceBound` of
 * the examples (`d < p /\ n - o > A`): ceil((ln K + ln(4/delta)) / (p h(epsilon/p))), h(u) = (1 + u) ln(1 + u) - u.
 * 29,048 and 67,706 as published.
 *
 * @param input.varianceBound p, the largest disagreement; in (0, 1].
 * @throws ERR_ML_STATISTICS_INVALID as {@link easemlHoeffding}, and for a bound outside (0, 1].
 */
export function easemlBennett(input: EasemlBudget & { readonly varianceBound: number }): {
  readonly samples: number;
} {
  const histories = logHistories(input);
  const { varianceBound: p, epsilon } = input;
  requirePositive('varianceBound', p);
  if (p > 1) refuse('varianceBound', p, 'at most 1');
  const u = epsilon / p;
  const h = u < SMALL ? u ** 2 / 2 - u ** 3 / 6 : (1 + u) * Math.log1p(u) - u;
  return wholeExamples((histories + Math.log(4) - Math.log(1 - input.reliability)) / (p * h));
}

/** Below it two terms of the series of h are exact to a double, and the closed form subtracts equals. */
const SMALL = 1e-5;

export interface EasemlDecision {
  readonly state: 'true' | 'false' | 'unknown';
  readonly passes: boolean;
}

/**
 * ease.ml/ci's decision from an interval: true if all of it is above the threshold, false if all is below, else
 * unknown, which is taken for false if nothing false may pass (`fp-free`) and for true if nothing true may fail
 * (`fn-free`).
 *
 * @throws ERR_ML_STATISTICS_INVALID for numbers that are not finite, an epsilon below 0, and any other mode.
 */
export function easemlDecision(input: {
  readonly estimate: number;
  readonly threshold: number;
  readonly epsilon: number;
  readonly mode: 'fp-free' | 'fn-free';
}): EasemlDecision {
  const { estimate, threshold, epsilon, mode } = input;
  requireFinite('estimate', estimate);
  requireFinite('threshold', threshold);
  requireFinite('epsilon', epsilon);
  if (epsilon < 0) refuse('epsilon', epsilon, 'at least 0');
  requireOneOf('mode', mode, ['fp-free', 'fn-free']);
  if (estimate - epsilon > threshold) return { state: 'true', passes: true };
  if (estimate + epsilon < threshold) return { state: 'false', passes: false };
  return { state: 'unknown', passes: mode === 'fn-free' };
}

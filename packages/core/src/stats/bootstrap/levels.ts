import { requireBetween0And1, requireFinite, requireNumbers } from '../arguments.js';
import type { Numbers } from '../arguments.js';
import { normalCdf, normalQuantile } from '../distributions.js';

export interface Acceleration {
  readonly acceleration: number;
  /** No value moves the statistic, or some leave it undefined: the acceleration, 0, says nothing. */
  readonly degenerate: boolean;
}

/**
 * The acceleration of Efron (1987) for a mean, from the jackknife: sum (m - j)^3 / (6 (sum (m - j)^2)^1.5), of the
 * means j that leave one value out.
 *
 * @param input.values at least 2.
 * @throws ERR_ML_STATISTICS_INVALID for fewer than 2 values or one that is not finite.
 */
export function bcaAcceleration({ values }: { readonly values: Numbers }): Acceleration {
  requireNumbers('values', values, 2);
  return accelerationOf(values);
}

/**
 * The same for any statistic.
 *
 * @param influence how far leaving out each example, or one of each kind, lowers the statistic, up to a constant and a
 * factor.
 * @param counts how many examples are of each kind; default one.
 */
export function accelerationOf(influence: Numbers, counts?: Numbers): Acceleration {
  const count = (index: number): number => counts?.[index] ?? 1;
  let [total, sum, largest] = [0, 0, 0];
  for (const value of influence) largest = Math.max(largest, Math.abs(value));
  influence.forEach((value: number, index: number) => {
    total += count(index);
    sum += count(index) * (value / largest);
  });
  let [squares, cubes] = [0, 0];
  influence.forEach((value: number, index: number) => {
    const distance = value / largest - sum / total;
    squares += count(index) * distance ** 2;
    cubes += count(index) * distance ** 3;
  });
  const constant = influence.every((value: number) => value === influence[0]);
  if (constant || !(squares > 0)) return { acceleration: 0, degenerate: true };
  return { acceleration: cubes / (6 * squares ** 1.5), degenerate: false };
}

/**
 * The levels of the bootstrap distribution at which a BCa interval has its ends (Efron 1987): Phi(z0 + (z0 + z) / (1 -
 * a (z0 + z))).
 *
 * @param input.z0 the bias correction: the normal quantile of the share of replicates below the estimate.
 * @param input.a the acceleration.
 * @throws ERR_ML_STATISTICS_INVALID for a z0 or a that is not finite, a confidence outside (0, 1), and an `a` so large
 * that the levels turn over.
 */
export function bcaAdjustedLevels(input: {
  readonly z0: number;
  readonly a: number;
  readonly confidence: number;
}): { readonly levels: readonly [number, number] } {
  const { z0, a, confidence } = input;
  requireFinite('z0', z0);
  requireFinite('a', a);
  requireBetween0And1('confidence', confidence);
  const z = -normalQuantile((1 - confidence) / 2);
  const level = (shifted: number): number => {
    if (1 - a * shifted <= 0) return shifted > 0 ? 1 : 0;
    return normalCdf(z0 + shifted / (1 - a * shifted));
  };
  return { levels: [level(z0 - z), level(z0 + z)] };
}

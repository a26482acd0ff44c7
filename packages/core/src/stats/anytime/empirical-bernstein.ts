import { requireBetween0And1 } from '../arguments.js';
import type { Numbers } from '../arguments.js';
import type { Interval } from '../proportion-intervals.js';
import { plugInStakes, requireBounded } from './bounded-values.js';

export interface AnytimeInterval extends Interval {
  /**
   * The running intersection is empty: the mean moved while it was watched, and there is no interval. lower is above
   * upper.
   */
  readonly degenerate: boolean;
}

const MOST_STAKE = 0.5;

/**
 * A confidence sequence for the mean of values from 0 to 1, by the predictable plug-in empirical Bernstein bound
 * (Waudby-Smith and Ramdas 2023, theorem 2): the true mean is inside at all times at once with probability 1 - alpha,
 * so that one may look after each value. Needs independent values of one mean. Wider than {@link bettingHedged}, and
 * cheaper.
 *
 * @param input.values in the order in which they came.
 * @param input.runningIntersection the narrowest of all looks so far; default true.
 * @throws ERR_ML_STATISTICS_INVALID for no value, one outside [0, 1], and an alpha outside (0, 1).
 */
export function empiricalBernstein(input: {
  readonly values: Numbers;
  readonly alpha: number;
  readonly runningIntersection?: boolean;
}): AnytimeInterval {
  const { values, alpha, runningIntersection = true } = input;
  requireBounded(values);
  requireBetween0And1('alpha', alpha);
  let [lower, upper, stakes, weighted, penalty] = [0, 1, 0, 0, Math.log(2 / alpha)];
  for (const { value, stake, meanBefore } of plugInStakes(values, alpha)) {
    const lambda = Math.min(stake, MOST_STAKE);
    stakes += lambda;
    weighted += lambda * value;
    penalty += (value - meanBefore) ** 2 * (-Math.log1p(-lambda) - lambda);
    const [low, high] = [(weighted - penalty) / stakes, (weighted + penalty) / stakes];
    lower = Math.max(runningIntersection ? lower : 0, low);
    upper = Math.min(runningIntersection ? upper : 1, high);
  }
  return { lower, upper, degenerate: lower > upper };
}

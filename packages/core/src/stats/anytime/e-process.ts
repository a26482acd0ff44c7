import { requireBetween0And1 } from '../arguments.js';
import type { Numbers } from '../arguments.js';
import { plugInStakes, requireBounded } from './bounded-values.js';

export interface EProcess {
  /** ln of the evidence after the last value; below 0 it speaks for the null hypothesis. */
  readonly logE: number;
  /** The largest so far, 0 before the first value: reject when it is ln(1/alpha) or more. */
  readonly maxLogE: number;
}

/**
 * Evidence that the mean of values from 0 to 1 is above `nullMean`, by betting (Waudby-Smith and Ramdas 2023): E =
 * product of 1 + min(stake, c/m)(x - m). Under a mean of at most `nullMean` it ever exceeds 1/alpha with a probability
 * of at most alpha, so looking often is free. For "below", give 1 - x and 1 - m.
 *
 * @param input.alpha sets the stakes only; the evidence is valid for every level.
 * @param input.truncation c: no stake risks more of the capital; default 1/2.
 * @throws ERR_ML_STATISTICS_INVALID for no value, one outside [0, 1], and a mean or rate outside (0, 1).
 */
export function eProcessOneSided(input: {
  readonly values: Numbers;
  readonly nullMean: number;
  readonly alpha: number;
  readonly truncation?: number;
}): EProcess {
  const { values, nullMean, alpha, truncation = 0.5 } = input;
  requireBounded(values);
  requireBetween0And1('nullMean', nullMean);
  requireBetween0And1('alpha', alpha);
  requireBetween0And1('truncation', truncation);
  let [logE, maxLogE] = [0, 0];
  for (const { value, stake } of plugInStakes(values, alpha)) {
    logE += Math.log1p(Math.min(stake, truncation / nullMean) * (value - nullMean));
    maxLogE = Math.max(maxLogE, logE);
  }
  return { logE, maxLogE };
}

import { refuse, requireNumbers } from '../arguments.js';
import type { Numbers } from '../arguments.js';

/** Values from 0 to 1: one outside would break the martingale, and with it the guarantee at every look. */
export function requireBounded(values: Numbers): void {
  requireNumbers('values', values);
  values.forEach((value: number, index: number) => {
    if (value < 0 || value > 1) refuse(`values[${String(index)}]`, value, 'from 0 to 1');
  });
}

/**
 * The stakes of Waudby-Smith and Ramdas (2023), before truncation: sqrt(2 ln(2/alpha) / (variance t ln(1 + t))), from
 * the variance of what came before only. The running mean starts from 1/2 and the running variance from 1/4, as if one
 * value had been seen.
 */
export function* plugInStakes(
  values: Numbers,
  alpha: number,
): Generator<{ readonly value: number; readonly stake: number; readonly meanBefore: number }> {
  let [sum, squares, mean, variance] = [0.5, 0.25, 0.5, 0.25];
  for (let index = 0; index < values.length; index++) {
    const t = index + 1;
    const value = values[index] ?? 0;
    const stake = Math.sqrt((2 * Math.log(2 / alpha)) / (variance * t * Math.log1p(t)));
    yield { value, stake, meanBefore: mean };
    sum += value;
    mean = sum / (t + 1);
    squares += (value - mean) ** 2;
    variance = squares / (t + 1);
  }
}

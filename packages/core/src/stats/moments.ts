import type { Numbers } from './arguments.js';

export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation, divisor n - 1; 0 for a single value. */
  readonly sd: number;
  /** mean / sd, also where one of them alone is beyond the range of a double; 0 / 0 is 0. */
  readonly ratio: number;
  /** All values are the same, so that nothing is known of how they spread. */
  readonly constant: boolean;
}

/**
 * Mean and spread in two passes, with the rounding of the first taken out in the second. Scaled by a power of two,
 * which changes no digit, so that squares of extreme values stay in range.
 *
 * @param values finite, at least one.
 */
export function momentsOf(values: Numbers): Moments {
  const n = values.length;
  let largest = 0;
  let constant = true;
  for (const value of values) {
    largest = Math.max(largest, Math.abs(value));
    constant &&= value === values[0];
  }
  const scale = largest === 0 ? 1 : 2 ** Math.min(Math.max(Math.floor(Math.log2(largest)), -1022), 1023);
  let sum = 0;
  for (const value of values) sum += value / scale;
  const rough = sum / n;
  let rest = 0;
  let squares = 0;
  for (const value of values) {
    const deviation = value / scale - rough;
    rest += deviation;
    squares += deviation ** 2;
  }
  const mean = constant ? (values[0] ?? 0) / scale : rough + rest / n;
  const sd = constant ? 0 : Math.sqrt(Math.max(0, squares - rest ** 2 / n) / (n - 1));
  return { n, mean: mean * scale, sd: sd * scale, ratio: mean === 0 ? 0 : mean / sd, constant };
}

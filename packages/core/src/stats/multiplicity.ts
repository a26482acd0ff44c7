import { refuse, requireNumbers } from './arguments.js';
import type { Numbers } from './arguments.js';

/** Adjusted p-values, each list in the order of the input: compare them with the level for the whole family. */
export interface AdjustedPValues {
  /** Familywise; for any dependence. Holm's is never larger. */
  readonly bonferroni: readonly number[];
  /** Familywise; for any dependence (Holm 1979). What claims about slices use. */
  readonly holm: readonly number[];
  /** Familywise; for independent or positively dependent tests only (Hochberg 1988). */
  readonly hochberg: readonly number[];
  /**
   * False discovery rate; for independent or positively dependent tests (Benjamini and Hochberg 1995). What drift over
   * features uses.
   */
  readonly bh: readonly number[];
  /** False discovery rate; for any dependence (Benjamini and Yekutieli 2001). */
  readonly by: readonly number[];
}

/**
 * Corrections for asking many questions at once. Not needed where all of the tests must pass: an intersection-union
 * test has its level as it is.
 *
 * @throws ERR_ML_STATISTICS_INVALID for an empty list and anything outside [0, 1]: a NaN that is dropped in silence
 * would make the others pass sooner.
 */
export function pAdjust({ pValues }: { readonly pValues: Numbers }): AdjustedPValues {
  requireNumbers('pValues', pValues);
  const sorted = Float64Array.from(pValues).sort();
  for (const p of sorted) if (p < 0 || p > 1) refuse('a p-value', p, 'from 0 to 1');
  const n = sorted.length;
  const harmonic = sorted.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  const adjust = (factors: (index: number) => number, direction: 'up' | 'down'): readonly number[] => {
    const scaled = sorted.map((p, index) => Math.min(1, p * factors(index)));
    return inGivenOrder(
      pValues,
      sorted,
      direction === 'up' ? runningMaximum(scaled) : runningMinimum(scaled),
    );
  };
  return {
    bonferroni: adjust(() => n, 'up'),
    holm: adjust((index) => n - index, 'up'),
    hochberg: adjust((index) => n - index, 'down'),
    bh: adjust((index) => n / (index + 1), 'down'),
    by: adjust((index) => (n * harmonic) / (index + 1), 'down'),
  };
}

function runningMaximum(values: Float64Array): Float64Array {
  let largest = 0;
  return values.map((value) => (largest = Math.max(largest, value)));
}

function runningMinimum(values: Float64Array): Float64Array {
  let least = 1;
  return values
    .reverse()
    .map((value) => (least = Math.min(least, value)))
    .reverse();
}

/**
 * Equal p-values have equal adjusted ones: the monotone steps see to that for all but the order within the tie, which
 * the last of them settles.
 */
function inGivenOrder(given: Numbers, sorted: Float64Array, adjusted: Float64Array): readonly number[] {
  const byValue = new Map<number, number>();
  sorted.forEach((p, index) => byValue.set(p, adjusted[index] ?? 1));
  return Array.from(given, (p) => byValue.get(p) ?? 1);
}

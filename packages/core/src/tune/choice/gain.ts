import { normalCdf } from '../../stats/distributions.js';
import type { Direction, Trial } from '../samplers/index.js';

export interface GainRules {
  readonly direction: Direction;
  /** Trials that may still be run. */
  readonly left: number;
  /** Of so many of the last complete trials is it judged what the next ones will be like. At least 10. Default: 30. */
  readonly window?: number;
}

export interface ExpectedGain {
  /** By how much all trials that are left are expected to improve on the best, in the objective's unit; Infinity while too few ended. */
  readonly expected: number;
  /** How many complete trials have ended since the best one. */
  readonly since: number;
}

/**
 * What going on would bring. The next trials are taken to be like the last `window` ones, of which the better half is a half of a normal
 * distribution around their median: the expected improvement of one draw from it (Mockus 1975), times the trials that are left. That is
 * an estimate and no bound. It is too high as a rule, since draws that improve make the next ones worth less; it is too low for a search
 * that is stuck and would find a new region by luck, which no rule can know. Compare it with a gain that would matter, and never with 0.
 *
 * @throws RangeError for a window below 10.
 */
export function expectedGain(
  history: readonly Trial[],
  { direction, left, window = 30 }: GainRules,
): ExpectedGain {
  if (window < 10) throw new RangeError(`a window of ${String(window)}`);
  const sign = direction === 'minimize' ? 1 : -1;
  const values = history
    .filter(({ state }) => state === 'complete')
    .sort((a, b) => a.number - b.number)
    .map((trial) => sign * (trial.values?.[0] ?? NaN))
    .filter((value) => Number.isFinite(value));
  const best = Math.min(...values);
  const since = values.length === 0 ? 0 : values.length - 1 - values.indexOf(best);
  if (values.length < window) return { expected: Infinity, since };
  const recent = values.slice(-window).sort((a, b) => a - b);
  const median = ((recent[(window - 1) >> 1] ?? 0) + (recent[window >> 1] ?? 0)) / 2;
  const better = recent.slice(0, window >> 1);
  const spread = Math.sqrt(better.reduce((sum, value) => sum + (median - value) ** 2, 0) / better.length);
  return { expected: Math.max(0, left) * improvement(median - best, spread), since };
}

/** E[(-distance - spread Z)+], the mean of what a normal draw lies below the best, which is `distance` below its mean. */
function improvement(distance: number, spread: number): number {
  if (spread === 0) return 0;
  const z = distance / spread;
  return spread * (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI) - z * normalCdf(-z));
}

import type { TableSample } from '../../evaluation/index.js';
import { seededRng } from '../../kernel/index.js';
import { bcaInterval } from '../../stats/index.js';

/** Replicates beyond the bound: fewer would make it a matter of the seed. */
const beyond = 20;
const most = 200_000;
const least = 4000;
/** The same for every sample, so that the same evidence gives the same verdict. */
const seed = 20_260_101;

/**
 * The one-sided lower bound, at `alpha`, of the candidate's gain in a measure that is no mean: BCa over resampled counts.
 * @returns null where there is none: the level asks for more replicates than anybody waits for, or the replicates know no spread.
 */
export function lowerBoundOfGain({ counts, gain }: TableSample, alpha: number): number | null {
  const resamples = Math.max(least, Math.ceil(beyond / alpha));
  if (!(resamples <= most)) return null;
  const found = bcaInterval({
    counts,
    statistic: gain,
    confidence: 1 - 2 * alpha,
    resamples,
    rng: seededRng(seed),
  });
  return found.degenerate ? null : found.lower;
}

/** Of the gain, times n, by the infinitesimal jackknife: what one more example of a cell changes. */
export function varianceOfGain({ counts, gain, n }: TableSample): number {
  const whole = gain(counts);
  const moved = Float64Array.from(counts);
  let [sum, squares] = [0, 0];
  counts.forEach((count, cell) => {
    if (count === 0) return;
    moved[cell] = count - step;
    const influence = (n / step) * (whole - gain(moved));
    moved[cell] = count;
    sum += count * influence;
    squares += count * influence ** 2;
  });
  const variance = squares / n - (sum / n) ** 2;
  return Number.isFinite(variance) && variance > 0 ? variance : 0;
}

/** Part of an example that is taken away. */
const step = 0.5;

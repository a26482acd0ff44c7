import type { TableSample } from '../../evaluation/index.js';
import { seededRng } from '../../kernel/index.js';
import type { Rng } from '../../kernel/index.js';
import { bcaInterval } from '../../stats/index.js';
import { drawBinomial } from '../../stats/draws.js';

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

/**
 * The test by exchange: if it made no difference which of the two models gave which answer, each example on which they differ could as well be the other way round. Holds its level for few
 * examples too, where BCa is too sure (for F1 of 30 positive examples three times too often at 0.005); so both are asked. By draws, of which more hits than the level allows end
 * them.
 *
 * @returns null where the sample does not tell which combinations belong together; 1 where the level asks for more draws than anybody waits for.
 */
export function pOfExchange(sample: TableSample, alpha: number): number | null {
  const { counts, exchanged, gain } = sample;
  if (exchanged === undefined) return null;
  const draws = Math.max(least, Math.ceil(beyond / alpha));
  if (!(draws <= most)) return 1;
  const rng = seededRng(seed + 1);
  const observed = gain(counts);
  let hits = 0;
  for (let draw = 1; draw <= draws; draw++) {
    if (!(gain(exchangedAtRandom(sample, exchanged, rng)) < observed - rounding)) hits += 1;
    if (hits > alpha * draws) return (hits + 1) / (draw + 1);
  }
  return (hits + 1) / (draws + 1);
}

/** Gains nearer than this are alike but for the order of additions. */
const rounding = 1e-12;

/** The counts after each example on which the two differ was given one way or the other; for the control too. */
export function exchangedAtRandom({ counts }: TableSample, exchanged: Int32Array, rng: Rng): Float64Array {
  const drawn = Float64Array.from(counts);
  exchanged.forEach((other, place) => {
    if (other <= place) return;
    const both = (counts[place] ?? 0) + (counts[other] ?? 0);
    drawn[place] = drawBinomial(rng, both, 0.5);
    drawn[other] = both - (drawn[place] ?? 0);
  });
  return drawn;
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

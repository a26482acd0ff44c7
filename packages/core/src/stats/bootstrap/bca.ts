import type { Rng } from '../../kernel/rng.js';
import { refuse, requireBetween0And1, requireCount, requireNumbers } from '../arguments.js';
import type { Numbers } from '../arguments.js';
import { normalQuantile } from '../distributions.js';
import { drawBinomial } from '../draws.js';
import { momentsOf } from '../moments.js';
import { accelerationOf, bcaAdjustedLevels } from './levels.js';
import type { Acceleration } from './levels.js';
import { replicatesOf } from './replicates.js';

export interface BcaInterval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** The plain percentile interval of the same replicates, for comparison. */
  readonly percentile: readonly [number, number];
  /**
   * The replicates know no spread or the estimate lies outside of them all, or the statistic was not defined for some:
   * the interval says nothing, and is no certainty, however narrow.
   */
  readonly degenerate: boolean;
}

interface Resampling {
  readonly confidence: number;
  /** Replicates; 10,000 for an interval at 95%. */
  readonly resamples: number;
  readonly rng: Rng;
}

/** The values whose mean is estimated. */
export interface OfMean {
  readonly values: Numbers;
}

/** A statistic of `n` examples, as a function of the places of those that are drawn. */
export interface OfIndices {
  readonly n: number;
  readonly statistic: (indices: Int32Array) => number;
}

/**
 * A statistic of counts: the examples fall into few cells that are alike for it (for F1: label and prediction), so that
 * a resample is a draw of counts, whose cost does not grow with the number of examples.
 */
export interface OfCounts {
  readonly counts: Numbers;
  readonly statistic: (counts: Float64Array) => number;
}

const LEAST_RESAMPLES = 100;
const MOST_RESAMPLES = 1_000_000;
/** Some ten seconds. */
const MOST_DRAWS = 2e9;
/**
 * Up to here the jackknife leaves out one example at a time, above that one of as many blocks; of fewer where it would read more examples
 * than the resamples may.
 */
const MOST_JACKKNIFE = 1000;

/**
 * The bias-corrected and accelerated bootstrap interval (Efron 1987), for statistics that are no mean, such as F1.
 * Coverage near nominal from some 50 examples on; for few, or for a statistic that jumps (a maximum, a quantile), too
 * narrow. For proportions use {@link clopperPearson}, for paired accuracy {@link tangoInterval}.
 *
 * @throws ERR_ML_STATISTICS_INVALID for fewer than 2 examples, resamples outside 100 to 1,000,000, a confidence outside
 * (0, 1), and more than 2e9 draws.
 */
export function bcaInterval(input: (OfMean | OfIndices | OfCounts) & Resampling): BcaInterval {
  requireBetween0And1('confidence', input.confidence);
  requireCount('resamples', input.resamples, LEAST_RESAMPLES);
  if (input.resamples > MOST_RESAMPLES)
    refuse('resamples', input.resamples, `at most ${String(MOST_RESAMPLES)}`);
  const plan = planOf(input);
  if (!Number.isFinite(plan.estimate))
    refuse('the statistic of all examples', plan.estimate, 'a finite number');
  return intervalOf(plan, input);
}

/** To be asked before anything is done whose memory and time grow with the examples. @param size draws of a replicate */
function requireFewDraws(size: number, { resamples }: Resampling): void {
  if (size * resamples > MOST_DRAWS)
    refuse('examples x resamples', size * resamples, `at most ${String(MOST_DRAWS)}`);
}

function intervalOf(plan: Plan, { resamples, confidence }: Resampling): BcaInterval {
  const { estimate } = plan;
  const replicates = replicatesOf(plan.replicate, resamples);
  const percentile = [
    replicates.quantile((1 - confidence) / 2, estimate),
    replicates.quantile((1 + confidence) / 2, estimate),
  ] as const;
  const below = replicates.shareBelow(estimate);
  const degenerate =
    plan.acceleration.degenerate ||
    replicates.undefinedOnes > 0 ||
    replicates.constant ||
    below === 0 ||
    below === 1;
  if (degenerate) return { estimate, lower: percentile[0], upper: percentile[1], percentile, degenerate };
  const { levels } = bcaAdjustedLevels({
    z0: normalQuantile(below),
    a: plan.acceleration.acceleration,
    confidence,
  });
  const [lower, upper] = levels.map((level) => replicates.quantile(level, estimate));
  return { estimate, lower: lower ?? estimate, upper: upper ?? estimate, percentile, degenerate };
}

interface Plan {
  readonly estimate: number;
  readonly replicate: () => number;
  readonly acceleration: Acceleration;
}

function planOf(input: (OfMean | OfIndices | OfCounts) & Resampling): Plan {
  if ('values' in input) return planOfMean(input);
  return 'counts' in input ? planOfCounts(input) : planOfIndices(input);
}

function planOfMean(input: OfMean & Resampling): Plan {
  const { values, rng } = input;
  requireNumbers('values', values, 2);
  const n = values.length;
  requireFewDraws(n, input);
  const replicate = (): number => {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += (values[Math.floor(rng.uniform() * n)] ?? 0) / n;
    return sum;
  };
  return { estimate: momentsOf(values).mean, replicate, acceleration: accelerationOf(values) };
}

function planOfIndices(input: OfIndices & Resampling): Plan {
  const { n, statistic, rng } = input;
  requireCount('n', n, 2);
  requireFewDraws(n, input);
  const drawn = new Int32Array(n);
  const replicate = (): number => {
    for (let draw = 0; draw < n; draw++) drawn[draw] = Math.floor(rng.uniform() * n);
    return statistic(drawn);
  };
  const blocks = Math.min(n, MOST_JACKKNIFE, Math.floor(MOST_DRAWS / n));
  const all = Int32Array.from({ length: n }, (_, index) => index);
  const influence = Float64Array.from(
    { length: blocks },
    (_, block) => -statistic(all.filter((index) => index % blocks !== block)),
  );
  return { estimate: statistic(all), replicate, acceleration: accelerationOf(influence) };
}

function planOfCounts(input: OfCounts & Resampling): Plan {
  const { counts, statistic, rng } = input;
  requireNumbers('counts', counts);
  requireFewDraws(counts.length, input);
  counts.forEach((count: number, cell: number) => {
    requireCount(`counts[${String(cell)}]`, count);
  });
  const given = Float64Array.from(counts);
  const n = given.reduce((sum, count) => sum + count, 0);
  requireCount('the sum of counts', n, 2);
  const drawn = new Float64Array(given.length);
  const replicate = (): number => statistic(drawMultinomial(rng, { counts: given, n }, drawn));
  const acceleration = accelerationOf(cellInfluence(given, statistic), given);
  return { estimate: statistic(given), replicate, acceleration };
}

/** How leaving out one example of each cell lowers the statistic; 0 for an empty one, which counts for nothing. */
function cellInfluence(counts: Float64Array, statistic: (counts: Float64Array) => number): Float64Array {
  const whole = statistic(counts);
  return counts.map((count, cell) => (count === 0 ? 0 : whole - statistic(counts.with(cell, count - 1))));
}

function drawMultinomial(
  rng: Rng,
  { counts, n }: { counts: Float64Array; n: number },
  drawn: Float64Array,
): Float64Array {
  let [left, total] = [n, n];
  counts.forEach((count, cell) => {
    const share = count === total ? 1 : count / total;
    drawn[cell] = drawBinomial(rng, left, share);
    left -= drawn[cell] ?? 0;
    total -= count;
  });
  return drawn;
}

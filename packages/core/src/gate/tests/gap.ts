import type { LevelSample } from '../../evaluation/index.js';
import { clopperPearsonLower, clopperPearsonUpper } from '../../stats/index.js';
import { studentQuantile } from '../../stats/distributions.js';
import { coarse, examplesForMean } from '../examples.js';
import type { Rates } from '../examples.js';
import { cannotJudge, noScores } from '../finding.js';
import type { Finding, Undefined } from '../finding.js';
import { meanSpread } from './mean-spread.js';

export interface SliceLevel {
  readonly slice: string;
  readonly sample: LevelSample;
}

/**
 * Fairness: that no two slices are further apart than `maxGap`. The gap is too large if some pair is, so every pair must be shown to be near, each at the level itself: an
 * intersection-union test, which needs no correction for the number of slices. Of a pair the difference lies below the upper bound of one less the lower bound of the other, each at half of the level:
 * exact for any number of examples, which no approximation is for the small slices that fairness is about; the price is some more examples. `n` and what would do are of the smallest slice.
 */
export function gapWithin(slices: readonly SliceLevel[], rates: Rates, maxGap: number): Finding | Undefined {
  if (slices.length < 2)
    return cannotJudge(`a gap needs two slices, and there ${slices.length === 0 ? 'is none' : 'is one'}`);
  const empty = slices.find(({ sample }) => sizeOf(sample) === 0);
  if (empty !== undefined) return cannotJudge(`slice ${empty.slice} has no example`);
  const levels = slices.map(({ sample }) => levelOf(sample, rates.alpha));
  const [best, worst] = [most(levels, 'value'), -most(levels, 'value', -1)];
  const bound = rates.alpha > 0 ? largestGap(levels) : null;
  const power = powerOfGap(levels, rates, maxGap);
  return {
    outcome: bound !== null && bound <= maxGap ? 'met' : 'missed',
    n: Math.min(...levels.map(({ n }) => n)),
    disagreement: null,
    ...power,
    scores: { ...noScores, candidate: null, estimate: best - worst, bound },
  };
}

interface Level {
  readonly n: number;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly variance: number;
}

function sizeOf(sample: LevelSample): number {
  return sample.kind === 'proportion' ? sample.n : sample.values.length;
}

function levelOf(sample: LevelSample, alpha: number): Level {
  const half = alpha / 2;
  if (sample.kind === 'proportion') {
    const { successes, n } = sample;
    const share = successes / n;
    const bounds =
      half > 0
        ? {
            lower: clopperPearsonLower({ successes, n, alpha: half }),
            upper: clopperPearsonUpper({ successes, n, alpha: half }),
          }
        : { lower: 0, upper: 1 };
    return { n, value: share, ...bounds, variance: share * (1 - share) };
  }
  const { n, mean, variance, df } = meanSpread(sample.values, sample.groups);
  const reach = variance > 0 && half > 0 ? -studentQuantile(half, df) * Math.sqrt(variance / n) : Infinity;
  return { n, value: mean, lower: mean - reach, upper: mean + reach, variance };
}

/** The largest difference that any two slices could have; a slice is not compared with itself. */
function largestGap(levels: readonly Level[]): number {
  return Math.max(
    ...levels.map(({ upper }, index) => {
      const others = levels.filter((_, other) => other !== index).map(({ lower }) => lower);
      return upper - Math.min(...others);
    }),
  );
}

/** By the smallest slice, of two that are alike: the spread tells of the labels and is used for a coarse figure alone. */
function powerOfGap(
  levels: readonly Level[],
  { alpha, power }: Rates,
  maxGap: number,
): Pick<Finding, 'canShow' | 'smallest' | 'requiredN'> {
  const variance = most(levels, 'variance');
  const smallestSlice = Math.min(...levels.map(({ n }) => n));
  // Half of the level and of the gap on either side, which is what the bounds take.
  const rates = { alpha: alpha / 2, power };
  const each = coarse(examplesForMean(rates, { variance, effect: maxGap / 2 }));
  if (each === null || variance === 0) return { canShow: false, smallest: null, requiredN: each };
  return {
    canShow: smallestSlice >= each,
    smallest: maxGap * Math.sqrt(each / smallestSlice),
    requiredN: each,
  };
}

function most(levels: readonly Level[], key: 'value' | 'variance', sign = 1): number {
  return Math.max(...levels.map((level) => sign * level[key]));
}

import type { PairedSample } from '../evaluation/index.js';
import { seededRng } from '../kernel/index.js';
import { bcaInterval, delongPaired, mcnemarExact, pairedT, tangoInterval } from '../stats/index.js';

/** How much better the candidate is on the same examples, in the unit of the measure; positive is better. */
export interface Difference {
  readonly gain: number;
  /** 95%. */
  readonly lower: number;
  readonly upper: number;
  /** Two-sided, against no difference; undefined where the method gives none. */
  readonly p: number | undefined;
}

const confidence = 0.95;
const quantile = 1.959963984540054;
/** Up to here the bootstrap is worth its time. */
const mostResampled = 2000;
const resamples = 1000;
/** Any would do; it never changes, so that equal predictions give equal bytes. */
const seed = 20_261_127;

/** @returns undefined where so few examples, or none that differ, say nothing. */
export function differenceOf(sample: PairedSample): Difference | undefined {
  const found = anyDifferenceOf(sample);
  return found !== undefined && [found.gain, found.lower, found.upper].every(Number.isFinite)
    ? found
    : undefined;
}

function anyDifferenceOf(sample: PairedSample): Difference | undefined {
  switch (sample.kind) {
    case 'binary':
      return sample.groupWins === undefined ? ofCounts(sample) : ofGroups(sample.groupWins, sample.n);
    case 'mean':
      return sample.groups === undefined
        ? ofMean(sample.differences)
        : ofGroups(sumsOf(sample.differences, sample.groups), sample.n);
    case 'auc':
      return ofAreas(sample);
    case 'table':
      return ofTable(sample);
  }
}

/** McNemar's exact test, Tango's interval. */
function ofCounts(sample: Extract<PairedSample, { kind: 'binary' }>): Difference | undefined {
  const { candidateOnly, baselineOnly, n } = sample;
  if (n === 0) return undefined;
  const pairs = { candidateOnlyCorrect: candidateOnly, baselineOnlyCorrect: baselineOnly };
  const { estimate, lower, upper } = tangoInterval({ ...pairs, n, confidence });
  return { gain: estimate, lower, upper, p: mcnemarExact(pairs).twoSided };
}

function ofMean(differences: Float64Array): Difference | undefined {
  if (differences.length < 2) return undefined;
  const { mean, lower, upper, twoSided } = pairedT({ differences, confidence });
  return lower === null || upper === null ? undefined : { gain: mean, lower, upper, p: twoSided };
}

/** Whole groups are drawn, not examples. @param sums what each group adds over its examples, `n` in all. */
function ofGroups(sums: Float64Array | Int32Array, n: number): Difference | undefined {
  return ofMean(Float64Array.from(sums, (sum) => (sum * sums.length) / n));
}

function sumsOf(values: Float64Array, groups: Int32Array): Float64Array {
  const sums = new Float64Array(groups.reduce((most, group) => Math.max(most, group), -1) + 1);
  values.forEach((value, index) => {
    const group = groups[index] ?? 0;
    sums[group] = (sums[group] ?? 0) + value;
  });
  return sums;
}

function ofAreas(sample: Extract<PairedSample, { kind: 'auc' }>): Difference | undefined {
  const { labels, candidateScores, baselineScores } = sample;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives < 2 || labels.length - positives < 2) return undefined;
  const test = delongPaired({ labels, scoresA: candidateScores, scoresB: baselineScores });
  if (test.degenerate || test.z === null) return undefined;
  const half = test.z === 0 ? 0 : quantile * Math.abs(test.diff / test.z);
  const spread = half === 0 ? quantile * Math.sqrt(test.varA + test.varB - 2 * test.cov) : half;
  return { gain: test.diff, lower: test.diff - spread, upper: test.diff + spread, p: test.twoSided };
}

function ofTable(sample: Extract<PairedSample, { kind: 'table' }>): Difference | undefined {
  const { counts, gain, n } = sample;
  if (n < 2 || n > mostResampled) return undefined;
  const found = bcaInterval({ counts, statistic: gain, confidence, resamples, rng: seededRng(seed) });
  if (found.degenerate) return undefined;
  return { gain: gain(counts), lower: found.lower, upper: found.upper, p: undefined };
}

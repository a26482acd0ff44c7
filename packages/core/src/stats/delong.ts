import { refuse, requireNumbers, requireSameLength } from './arguments.js';
import type { Numbers } from './arguments.js';
import { normalCdf } from './distributions.js';
import { SortedValues } from './sorted-values.js';

export interface DelongPaired {
  readonly aucA: number;
  readonly aucB: number;
  readonly varA: number;
  readonly varB: number;
  readonly cov: number;
  /** aucA - aucB. */
  readonly diff: number;
  /** null where degenerate. */
  readonly z: number | null;
  readonly twoSided: number;
  /** H1: A has the larger area. */
  readonly greater: number;
  /**
   * The difference has no estimated variance, as for two models that order alike, or for a perfect beside a constant
   * one: the p are 1.
   */
  readonly degenerate: boolean;
}

/**
 * The test of DeLong, DeLong and Clarke-Pearson (1988) for two areas under the ROC curve on the same examples, in O(n
 * log n) (as Sun and Xu 2014). Approximate: it needs some 30 examples of each class, and areas that are not near 1.
 * Takes examples for independent.
 *
 * @param input.labels 1 for positive, 0 for negative; at least two of each.
 * @param input.scoresA higher is more positive; equal scores count half.
 * @throws ERR_ML_STATISTICS_INVALID for labels that are neither, fewer than two of a class, lists of different lengths,
 * and scores that are not finite.
 */
export function delongPaired(input: {
  readonly labels: Numbers | Uint8Array;
  readonly scoresA: Numbers;
  readonly scoresB: Numbers;
}): DelongPaired {
  const labels = requireLabels(input.labels);
  const a = placements(classScores(labels, 'scoresA', input.scoresA));
  const b = placements(classScores(labels, 'scoresB', input.scoresB));
  const [positive, negative] = [pairMoments(a.positives, b.positives), pairMoments(a.negatives, b.negatives)];
  const sum = (key: 'varA' | 'varB' | 'cov' | 'varDifference'): number =>
    positive[key] / a.positives.length + negative[key] / a.negatives.length;
  const variance = sum('varDifference');
  const diff = positive.meanA - positive.meanB;
  const areas = { aucA: positive.meanA, aucB: positive.meanB, diff };
  const spreads = { varA: sum('varA'), varB: sum('varB'), cov: sum('cov') };
  if (!(variance > 0)) return { ...areas, ...spreads, z: null, twoSided: 1, greater: 1, degenerate: true };
  const z = diff / Math.sqrt(variance);
  const twoSided = 2 * normalCdf(-Math.abs(z));
  return { ...areas, ...spreads, z, twoSided, greater: normalCdf(-z), degenerate: false };
}

interface Labels {
  readonly isPositive: Uint8Array;
  readonly positives: number;
}

const LEAST_OF_A_CLASS = 2;

function requireLabels(labels: Numbers | Uint8Array): Labels {
  const given = labels instanceof Uint8Array ? Float64Array.from(labels) : labels;
  requireNumbers('labels', given);
  const isPositive = new Uint8Array(given.length);
  let positives = 0;
  given.forEach((label: number, index: number) => {
    if (label !== 0 && label !== 1) refuse(`labels[${String(index)}]`, label, '0 or 1');
    isPositive[index] = label;
    positives += label;
  });
  for (const [name, count] of [
    ['positive', positives],
    ['negative', given.length - positives],
  ] as const)
    if (count < LEAST_OF_A_CLASS) refuse(`the number of ${name} labels`, count, 'at least 2');
  return { isPositive, positives };
}

export interface ByClass {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

function classScores({ isPositive, positives }: Labels, name: string, scores: Numbers): ByClass {
  requireNumbers(name, scores);
  requireSameLength(name, scores.length, isPositive.length);
  const split = {
    positives: new Float64Array(positives),
    negatives: new Float64Array(isPositive.length - positives),
  };
  let [up, down] = [0, 0];
  for (let index = 0; index < isPositive.length; index++) {
    const score = scores[index] ?? 0;
    if (isPositive[index] === 1) split.positives[up++] = score;
    else split.negatives[down++] = score;
  }
  return split;
}

/** For each example the share of the other class that it is on the right side of: DeLong's structural components. */
export function placements({ positives, negatives }: ByClass): ByClass {
  return {
    positives: sharesBelow(positives, new SortedValues(negatives)),
    negatives: sharesBelow(negatives, new SortedValues(positives)).map((share) => 1 - share),
  };
}

function sharesBelow(scores: Float64Array, others: SortedValues): Float64Array {
  const count = 2 * others.values.length;
  return scores.map((score) => {
    const below = others.below(score);
    return (below + others.atMost(score, below)) / count;
  });
}

interface PairMoments {
  readonly meanA: number;
  readonly meanB: number;
  readonly varA: number;
  readonly varB: number;
  readonly cov: number;
  /** Of the differences themselves, not of the three above: exactly 0 for models that order alike. */
  readonly varDifference: number;
}

function pairMoments(a: Float64Array, b: Float64Array): PairMoments {
  const n = a.length;
  const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [varA, varB, cov, varDifference] = [0, 0, 0, 0];
  const first = (a[0] ?? 0) - (b[0] ?? 0);
  let constant = true;
  for (let index = 0; index < n; index++) {
    const [left, right] = [a[index] ?? 0, b[index] ?? 0];
    constant &&= left - right === first;
    varA += (left - meanA) ** 2;
    varB += (right - meanB) ** 2;
    cov += (left - meanA) * (right - meanB);
    varDifference += (left - right - (meanA - meanB)) ** 2;
  }
  const over = n - 1;
  return {
    meanA,
    meanB,
    varA: varA / over,
    varB: varB / over,
    cov: cov / over,
    varDifference: constant ? 0 : varDifference / over,
  };
}

import type { JsonValue } from '../kernel/index.js';
import { canonicalJson } from '../kernel/index.js';
import type { ClassTable } from './class-table.js';
import { ordinaryRows } from './examples.js';
import type { Examples } from './examples.js';
import type { NoSample } from './sample.js';

/** How sure the model is of the positive class, row by row. */
export interface PositiveScores {
  readonly kind: 'positive';
  readonly positive: JsonValue;
  /** By row: 1 where the label is the positive class, 0 where it is the other; 255 without a label. */
  readonly labels: Uint8Array;
  /** By row. */
  readonly scores: Float64Array;
  /** All of them lie from 0 to 1. */
  readonly areProbabilities: boolean;
}

export function positiveScores(
  examples: Examples,
  table: ClassTable | NoSample,
  named: JsonValue | undefined,
): PositiveScores | NoSample {
  if (table.kind === 'none') return table;
  const positive = positiveClass(table, named);
  if (typeof positive !== 'number') return positive;
  const scores = scoresOf(examples, table, positive);
  if (!(scores instanceof Float64Array)) return scores;
  const labels = new Uint8Array(examples.n);
  for (let row = 0; row < examples.n; row++) labels[row] = labelOf(table.label[row] ?? -1, positive);
  const areProbabilities = scores.every((score) => Number.isNaN(score) || (score >= 0 && score <= 1));
  return { kind: 'positive', positive: table.classes[positive] ?? null, labels, scores, areProbabilities };
}

function labelOf(code: number, positive: number): number {
  return code < 0 ? 255 : code === positive ? 1 : 0;
}

function positiveClass({ labels, classes }: ClassTable, named: JsonValue | undefined): number | NoSample {
  const [, greater] = labels;
  if (labels.length !== 2 || greater === undefined)
    return { kind: 'none', why: `it needs labels of two classes, and there are ${String(labels.length)}` };
  if (named === undefined) return greater;
  const found = labels.find((code) => canonicalJson(classes[code]) === canonicalJson(named));
  return found ?? { kind: 'none', why: `no label is the positive class ${canonicalJson(named)}` };
}

function scoresOf(examples: Examples, table: ClassTable, positive: number): Float64Array | NoSample {
  const { score } = examples;
  if (score === undefined) return { kind: 'none', why: 'there is no score' };
  if (score.kind === 'single') return singleScores(examples, score.values, table.prediction, positive);
  const { names, second, sum } = score;
  if (second === undefined)
    return { kind: 'none', why: `score has ${String(names.length)} classes and the labels have 2` };
  const value = table.classes[positive];
  const index = typeof value === 'object' ? -1 : names.indexOf(String(value));
  if (index === -1) return { kind: 'none', why: `score has no entry for the class ${canonicalJson(value)}` };
  return index === 1 ? second : second.map((other, row) => (sum[row] ?? NaN) - other);
}

/**
 * One number a row is either how sure the model is of its answer or how sure it is of the positive class. Both are written, and to
 * take one for the other would judge something that nobody said. The answers tell, without a label: of two classes the answer is
 * at least as likely as not; and answers follow from the score of one class by a threshold.
 */
function singleScores(
  examples: Examples,
  scores: Float64Array,
  prediction: Int32Array | undefined,
  positive: number,
): Float64Array | NoSample {
  if (prediction === undefined) return scores;
  const range = rangesBy(examples, scores, (row) => prediction[row] === positive);
  if (!range.some) return scores;
  const ofAnswer = range.least >= 0.5 && range.most <= 1;
  const ofPositive = range.mostOfOthers <= range.leastOfPositive;
  if (ofAnswer && !ofPositive)
    return scores.map((score, row) => (prediction[row] === positive ? score : 1 - score));
  if (ofPositive && !ofAnswer) return scores;
  return {
    kind: 'none',
    why: 'it cannot be told whether score speaks of the answer or of one class: write one for each class, such as {"ham": 0.9, "spam": 0.1}',
  };
}

function rangesBy(examples: Examples, scores: Float64Array, isPositive: (row: number) => boolean) {
  const range = {
    some: false,
    least: Infinity,
    most: -Infinity,
    leastOfPositive: Infinity,
    mostOfOthers: -Infinity,
  };
  for (const row of ordinaryRows(examples)) {
    const score = scores[row] ?? NaN;
    if (Number.isNaN(score)) continue;
    range.least = Math.min(range.least, score);
    range.most = Math.max(range.most, score);
    if (isPositive(row)) range.leastOfPositive = Math.min(range.leastOfPositive, score);
    else range.mostOfOthers = Math.max(range.mostOfOthers, score);
    // Where all answers are the positive class, both meanings are one.
    if (!isPositive(row)) range.some = true;
  }
  return range;
}

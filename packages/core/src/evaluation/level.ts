import { placements } from '../stats/index.js';
import { isNone, none } from './evaluation.js';
import type { Evaluation } from './evaluation.js';
import type { Rows } from './examples.js';
import { confusionOf, partsOf, ratioOf } from './measures/class-ratios.js';
import type { AucTerms, Measure, RatioTerms, Terms } from './measures/measure.js';
import type { LevelSample, NoSample, ValueSample } from './sample.js';

/**
 * One model on its own over some rows. Of measures that are no mean (auc, f1.macro, rmse, r2) it gives the linear approximation around what was measured:
 * numbers whose mean is the measure, and whose spread is that of the delta method (for auc that of DeLong et al. 1988). So it is of a proportion
 * of examples that come in groups: an exact bound takes each for independent.
 */
export function levelOf(
  measure: Measure,
  evaluation: Evaluation,
  rows: Rows,
): LevelSample | ValueSample | NoSample {
  const terms = measure.terms(evaluation, rows);
  if (isNone(terms)) return terms;
  if (terms.kind === 'value') return { kind: 'value', candidate: terms.value, baseline: undefined };
  const groups = groupsOf(evaluation, terms.kind === 'mean' ? (terms.units ?? rows) : rows);
  if (terms.kind === 'proportion' && groups === undefined)
    return { kind: 'proportion', successes: sumOf(terms.right), n: rows.length };
  const values = influences(terms);
  if (!areFinite(values)) return none(`${measure.name} leaves the range of a double`);
  const up = measure.better === 'higher' ? values : values.map((value) => -value);
  return { kind: 'level', values: up, ...(groups === undefined ? {} : { groups }) };
}

/** Numbers, one an example or query, whose mean is the measure. */
export function influences(terms: Exclude<Terms, { kind: 'value' }>): Float64Array {
  switch (terms.kind) {
    case 'proportion':
      return Float64Array.from(terms.right);
    case 'mean':
      return terms.values;
    case 'auc':
      return aucInfluences(terms);
    case 'table':
      return ratioInfluences(terms);
  }
}

/** The measure itself. */
export function valueOf(terms: Terms): number {
  switch (terms.kind) {
    case 'value':
      return terms.value;
    case 'proportion':
      return sumOf(terms.right) / terms.right.length;
    case 'table':
      return ratioOf(confusionOf(terms), terms);
    case 'mean':
    case 'auc': {
      const values = influences(terms);
      return sumOf(values) / values.length;
    }
  }
}

/**
 * The groups of some rows by number, from 0 in the order in which they appear; undefined where none of them has one. A row without a group, which
 * there may be of behavioural tests, is one of its own.
 */
export function groupsOf({ examples }: Evaluation, rows: Rows): Int32Array | undefined {
  const { group } = examples;
  if (group === undefined || rows.every((row) => (group.codes[row] ?? -1) < 0)) return undefined;
  const numbers = new Int32Array(group.values.length).fill(-1);
  let count = 0;
  return rows.map((row) => {
    const code = group.codes[row] ?? -1;
    if (code < 0) return count++;
    if (numbers[code] === -1) numbers[code] = count++;
    return numbers[code] ?? -1;
  });
}

/** Squares of extreme values are not, and of those nothing can be judged. */
export function areFinite(values: Float64Array): boolean {
  return values.every((value) => Number.isFinite(value));
}

function sumOf(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** DeLong's components, stretched to the number of all examples. */
function aucInfluences({ labels, scores }: AucTerms): Float64Array {
  const [positives, negatives] = [scoresOfClass(labels, scores, 1), scoresOfClass(labels, scores, 0)];
  const placed = placements({ positives, negatives });
  const area = sumOf(placed.positives) / positives.length;
  let [positive, negative] = [0, 0];
  return scores.map((_, index) => {
    const [component, size] =
      labels[index] === 1
        ? [placed.positives[positive++], positives.length]
        : [placed.negatives[negative++], negatives.length];
    return area + (((component ?? NaN) - area) * labels.length) / size;
  });
}

function scoresOfClass(labels: Uint8Array, scores: Float64Array, label: number): Float64Array {
  return scores.filter((_, index) => labels[index] === label);
}

function ratioInfluences(terms: RatioTerms): Float64Array {
  const { label, prediction, keys, ratio } = terms;
  const counts = confusionOf(terms);
  const value = ratioOf(counts, terms);
  const n = label.length;
  const only = ratio.only === undefined ? -1 : keys.indexOf(ratio.only);
  const parts = keys.map((_, code) => partsOf(counts, code, ratio));
  const classes = only === -1 ? parts.filter((part) => part.counts).length : 1;
  const pull = (code: number, index: number): number => {
    const part = parts[code];
    if (part === undefined || part.over === 0 || (only !== -1 && code !== only)) return 0;
    const [isLabel, isAnswer] = [label[index] === code ? 1 : 0, prediction[index] === code ? 1 : 0];
    const over = ratio.of === 'f1' ? isLabel + isAnswer : ratio.of === 'recall' ? isLabel : isAnswer;
    const share = (ratio.of === 'f1' ? 2 : 1) * isLabel * isAnswer;
    return ((share - (part.share / part.over) * over) * n) / part.over / classes;
  };
  return new Float64Array(n).map((_, index) => {
    const code = label[index] ?? -1;
    const answer = prediction[index] ?? -1;
    return value + pull(code, index) + (answer === code ? 0 : pull(answer, index));
  });
}

import { classKey, isNone, none } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import type { NoSample } from '../sample.js';
import type { Measure, Ratio, RatioTerms } from './measure.js';
import { codesOf } from './rows.js';

/**
 * Measures that follow from the confusion matrix. With tp right answers of a class, l labels and p answers of it:
 *
 * - f1.macro: the mean of `2 tp / (l + p)` over the classes that are a label or an answer;
 * - balanced_accuracy: the mean of the recall `tp / l` over the classes that are a label (Brodersen et al. 2010);
 * - precision.macro: the mean of `tp / p` over the classes that are a label or an answer, 0 where there is no answer;
 * - precision.C, recall.C, f1.C: of class C alone, as it is written: `recall.spam`, `recall.7`.
 *
 * As scikit-learn's f1_score, balanced_accuracy_score, precision_score and recall_score have them, with zero_division=0.
 */
export const macroF1 = classRatio('f1.macro', { of: 'f1' });
export const balancedAccuracy = classRatio('balanced_accuracy', { of: 'recall' });
export const macroPrecision = classRatio('precision.macro', { of: 'precision' });

/** The measure of one class, whatever its label's type: `1` in the name finds the number before the text. */
export function oneClassRatio(of: Ratio['of'], name: string): Measure {
  return {
    name: `${of}.${name}`,
    better: 'higher',
    kind: 'table',
    share: true,
    terms: (evaluation, rows) => {
      const table = evaluation.classes;
      if (isNone(table)) return table;
      const value = table.classes.find(
        (candidate) => typeof candidate !== 'object' && String(candidate) === name,
      );
      if (value === undefined) return none(`no label and no prediction is the class ${name}`);
      return ratioTerms(evaluation, rows, { of, only: classKey(value) });
    },
  };
}

function classRatio(name: string, ratio: Ratio): Measure {
  return {
    name,
    better: 'higher',
    kind: 'table',
    share: true,
    terms: (evaluation, rows) => ratioTerms(evaluation, rows, ratio),
  };
}

function ratioTerms(evaluation: Evaluation, rows: Rows, ratio: Ratio): RatioTerms | NoSample {
  const table = evaluation.classes;
  if (isNone(table)) return table;
  const [label, prediction] = [codesOf(table.label, rows), codesOf(table.prediction, rows)];
  if (label === undefined || prediction === undefined)
    return none('it needs `label` and `prediction` of every example');
  const terms: RatioTerms = { kind: 'table', label, prediction, keys: table.classes.map(classKey), ratio };
  return Number.isNaN(ratioOf(confusionOf(terms), terms)) ? none(undefinedRatio(ratio)) : terms;
}

function undefinedRatio({ of, only }: Ratio): string {
  if (only === undefined) return 'there are no examples';
  return `there is no ${of === 'precision' ? 'answer' : of === 'recall' ? 'example' : 'example and no answer'} of the class ${only}`;
}

/** Counts by class. */
export interface Confusion {
  readonly right: Float64Array;
  readonly labels: Float64Array;
  readonly answers: Float64Array;
}

export function confusionOf({ label, prediction, keys }: RatioTerms): Confusion {
  const counts = emptyConfusion(keys.length);
  for (let index = 0; index < label.length; index++)
    addTo(counts, { label: label[index] ?? -1, answer: prediction[index] ?? -1, times: 1 });
  return counts;
}

export function emptyConfusion(classes: number): Confusion {
  return {
    right: new Float64Array(classes),
    labels: new Float64Array(classes),
    answers: new Float64Array(classes),
  };
}

export function addTo(
  { right, labels, answers }: Confusion,
  { label, answer, times }: { readonly label: number; readonly answer: number; readonly times: number },
): void {
  labels[label] = (labels[label] ?? 0) + times;
  answers[answer] = (answers[answer] ?? 0) + times;
  if (label === answer) right[label] = (right[label] ?? 0) + times;
}

/** What a class adds above and below the line; the class does not count where `over` is 0 and `counts` is false. */
export function partsOf({ right, labels, answers }: Confusion, code: number, { of }: Ratio) {
  const [tp, l, p] = [right[code] ?? 0, labels[code] ?? 0, answers[code] ?? 0];
  if (of === 'f1') return { share: 2 * tp, over: l + p, counts: l + p > 0 };
  return of === 'recall' ? { share: tp, over: l, counts: l > 0 } : { share: tp, over: p, counts: l + p > 0 };
}

/** The measure; NaN where it is not defined. */
export function ratioOf(counts: Confusion, { keys, ratio }: Pick<RatioTerms, 'keys' | 'ratio'>): number {
  if (ratio.only !== undefined) {
    const { share, over } = partsOf(counts, keys.indexOf(ratio.only), ratio);
    return over === 0 ? NaN : share / over;
  }
  let [sum, classes] = [0, 0];
  for (let code = 0; code < keys.length; code++) {
    const part = partsOf(counts, code, ratio);
    if (!part.counts) continue;
    classes += 1;
    if (part.over > 0) sum += part.share / part.over;
  }
  return classes === 0 ? NaN : sum / classes;
}

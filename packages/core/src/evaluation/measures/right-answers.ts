import { isNone, none } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import type { NoSample } from '../sample.js';
import type { Measure } from './measure.js';
import { codesOf, numbersOf } from './rows.js';

/**
 * accuracy: the share of right answers. `correct` says which they are where it is given; else an answer is right that equals its label as a
 * JSON value.
 */
export const accuracy: Measure = {
  name: 'accuracy',
  better: 'higher',
  kind: 'proportion',
  share: true,
  terms: (evaluation, rows) => proportion(rightAnswers(evaluation, rows)),
};

/**
 * f1.micro: F1 of the counts summed over all classes. With one label and one answer an example, every wrong answer is one false positive and one
 * false negative, so it equals the accuracy (Opitz and Burst 2019, "Macro F1 and macro F1").
 */
export const f1Micro: Measure = { ...accuracy, name: 'f1.micro' };

function proportion(right: Uint8Array | NoSample) {
  return isNone(right) ? right : { kind: 'proportion' as const, right };
}

/** 1 where the answer is right, in the order of the rows. */
export function rightAnswers(evaluation: Evaluation, rows: Rows): Uint8Array | NoSample {
  const given = numbersOf(evaluation.examples.correct, rows);
  if (given !== undefined) return Uint8Array.from(given);
  const table = evaluation.classes;
  const { label, prediction } = isNone(table) ? { label: undefined, prediction: undefined } : table;
  const [truth, answer] = [codesOf(label, rows), codesOf(prediction, rows)];
  if (truth === undefined || answer === undefined)
    return none('it needs `correct`, or `label` and `prediction`, of every example');
  const right = new Uint8Array(rows.length);
  for (let index = 0; index < right.length; index++) right[index] = truth[index] === answer[index] ? 1 : 0;
  return right;
}

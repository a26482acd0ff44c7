import { isNone } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import { accuracy } from '../measures/right-answers.js';
import { logLoss } from '../measures/probabilities.js';
import { givenLoss, meanAbsoluteError } from '../measures/regression.js';

/** How bad each answer was, for the search for weak segments. */
export interface Badness {
  /** `error rate` where values are 0 and 1; else the measure whose mean it is. */
  readonly name: string;
  readonly isError: boolean;
  /** In the order of the rows; more is worse. */
  readonly values: Float64Array;
}

/** Wrong answers where it is known which are; else the loss, the absolute error, the log loss. */
export function badnessOf(evaluation: Evaluation, rows: Rows): Badness | undefined {
  const right = isMeasured(evaluation) ? undefined : accuracy.terms(evaluation, rows);
  if (right !== undefined && !isNone(right) && right.kind === 'proportion')
    return {
      name: 'error rate',
      isError: true,
      values: Float64Array.from(right.right, (value) => 1 - value),
    };
  for (const measure of [givenLoss, meanAbsoluteError, logLoss]) {
    const terms = measure.terms(evaluation, rows);
    if (!isNone(terms) && terms.kind === 'mean')
      return { name: measure.name, isError: false, values: terms.values };
  }
  return undefined;
}

/** Of measurements an answer is never quite right. */
function isMeasured({ examples, classes }: Evaluation): boolean {
  return examples.correct === undefined && !isNone(classes) && !classes.looksLikeClasses;
}

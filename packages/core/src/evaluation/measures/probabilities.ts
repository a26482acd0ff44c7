import { isNone, none } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import type { ClassScores } from '../score-column.js';
import type { NoSample } from '../sample.js';
import type { Measure, MeanTerms } from './measure.js';
import { rightAnswers } from './right-answers.js';
import { numbersOf } from './rows.js';

/** No probability is taken to be smaller: 2^-52, as scikit-learn has it, so that one answer costs at most 36 nats. */
const leastProbability = 2 ** -52;
/** Bins of equal width from 0 to 1 (Guo et al. 2017 have as many). */
const calibrationBins = 15;

/**
 * log_loss: the mean of `-ln p(label)`, in nats; p is not taken to be below 2^-52. For two classes p comes from the positive
 * class's score.
 */
export const logLoss: Measure = {
  name: 'log_loss',
  better: 'lower',
  kind: 'mean',
  terms: (evaluation, rows) =>
    meanOf(ofLabel(evaluation, rows), (p) => -Math.log(Math.max(leastProbability, Math.min(1, p)))),
};

/**
 * brier: for two classes the mean of `(p - y)^2` with p the score of the positive class and y 1 or 0; for more the mean
 * over examples of the sum over classes of `(p - y)^2` (Brier 1950), which is from 0 to 2.
 */
export const brier: Measure = {
  name: 'brier',
  better: 'lower',
  kind: 'mean',
  range: 2,
  terms: (evaluation, rows) => {
    const scores = manyClasses(evaluation);
    if (scores === undefined) return meanOf(ofLabel(evaluation, rows), (p) => (1 - p) ** 2);
    const [squares, p] = [numbersOf(scores.squares, rows), ofLabel(evaluation, rows)];
    if (isNone(p) || squares === undefined) return isNone(p) ? p : none('there is no score');
    return meanOf(p, (value, index) => (squares[index] ?? NaN) - 2 * value + 1);
  },
};

/**
 * ece: expected calibration error, `sum over bins of |sum of (p - y) in it| / n` with 15 bins of equal width (Naeini et al. 2015; Guo et
 * al. 2017). For two classes p is the score of the positive class; for more, that of the most likely class, and y whether it is
 * the label. Small test sets show an error where there is none: compare models on the same examples only.
 */
export const calibrationError: Measure = {
  name: 'ece',
  better: 'lower',
  kind: 'mean',
  share: true,
  terms: (evaluation, rows) => {
    const sure = certainty(evaluation, rows);
    if (isNone(sure)) return sure;
    const signs = new Float64Array(calibrationBins);
    sure.p.forEach((p, index) => {
      signs[binOf(p)] = (signs[binOf(p)] ?? 0) + p - (sure.y[index] ?? 0);
    });
    // With the sign of its bin, what an example adds: the mean over all examples is the error.
    return meanOf(sure.p, (p, index) => Math.sign(signs[binOf(p)] ?? 0) * (p - (sure.y[index] ?? 0)));
  },
};

const binOf = (p: number): number => Math.min(calibrationBins - 1, Math.floor(p * calibrationBins));

function meanOf(
  values: Float64Array | NoSample,
  loss: (value: number, index: number) => number,
): MeanTerms | NoSample {
  return isNone(values) ? values : { kind: 'mean', values: values.map(loss) };
}

const noProbability =
  'scores are no probabilities: some lie outside 0 to 1, or those of an example do not sum to 1';

/** Scores for more than two classes. */
function manyClasses({ examples: { score } }: Evaluation): ClassScores | undefined {
  return score?.kind === 'classes' && score.names.length > 2 ? score : undefined;
}

/** The probability that was given to each label. */
function ofLabel(evaluation: Evaluation, rows: Rows): Float64Array | NoSample {
  const scores = manyClasses(evaluation);
  if (scores === undefined) return ofTwo(evaluation, rows, (p, isPositive) => (isPositive ? p : 1 - p));
  if (!areProbabilities(scores, rows)) return none(noProbability);
  return numbersOf(scores.ofLabel, rows) ?? none('some labels are no class that score names');
}

function ofTwo(
  { positive }: Evaluation,
  rows: Rows,
  value: (p: number, isPositive: boolean) => number,
): Float64Array | NoSample {
  if (isNone(positive)) return positive;
  if (!positive.areProbabilities) return none(noProbability);
  const p = numbersOf(positive.scores, rows);
  if (p === undefined || rows.some((row) => positive.labels[row] === 255))
    return none('it needs `label` and `score` of every example');
  return p.map((score, index) => value(score, positive.labels[rows[index] ?? -1] === 1));
}

function areProbabilities({ sum, squares }: ClassScores, rows: Rows): boolean {
  return rows.every((row) => Math.abs((sum[row] ?? NaN) - 1) <= 1e-3 && (squares[row] ?? NaN) <= 1.003);
}

interface Certainty {
  readonly p: Float64Array;
  readonly y: Float64Array | Uint8Array;
}

function certainty(evaluation: Evaluation, rows: Rows): Certainty | NoSample {
  const scores = manyClasses(evaluation);
  if (scores !== undefined) {
    const [p, y] = [numbersOf(scores.top, rows), numbersOf(scores.topRight, rows)];
    if (p === undefined || y === undefined || !areProbabilities(scores, rows)) return none(noProbability);
    return numbersOf(scores.ofLabel, rows) === undefined
      ? none('some labels are no class that score names')
      : { p, y };
  }
  const p = ofTwo(evaluation, rows, (score) => score);
  if (!isNone(p))
    return {
      p,
      y: Uint8Array.from(rows, (row) =>
        evaluation.positive.kind === 'positive' ? (evaluation.positive.labels[row] ?? 0) : 0,
      ),
    };
  return answerCertainty(evaluation, rows) ?? p;
}

/** One score an example for more than two classes: how sure the model is of its answer. */
function answerCertainty(evaluation: Evaluation, rows: Rows): Certainty | undefined {
  const { classes, examples } = evaluation;
  if (examples.score?.kind !== 'single' || isNone(classes) || classes.labels.length === 2) return undefined;
  const p = numbersOf(examples.score.values, rows);
  const y = rightAnswers(evaluation, rows);
  if (p === undefined || isNone(y) || p.some((value) => value < 0 || value > 1)) return undefined;
  return { p, y };
}

import { none } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import type { NoSample } from '../sample.js';
import type { MeanTerms, Measure } from './measure.js';
import { measuredOf, numbersOf } from './rows.js';

/** mae: the mean of `|label - prediction|`, in the unit of the label. */
export const meanAbsoluteError = regression('mae', 'lower', (_, errors) => ({
  kind: 'mean',
  values: errors.map((error) => Math.abs(error)),
}));

/** mape: the mean of `|label - prediction| / |label|`, as a share: 0.1 is ten percent. Not defined where a label is 0. */
export const meanAbsolutePercentageError = regression('mape', 'lower', (label, errors) =>
  label.includes(0)
    ? none('it is not defined where a label is 0')
    : { kind: 'mean', values: errors.map((error, index) => Math.abs(error / (label[index] ?? NaN))) },
);

/**
 * rmse: the square root of the mean of `(label - prediction)^2`, in the unit of the label. Its example values are
 * `rmse + (e^2 - mse) / (2 rmse)`, the linear approximation around what was measured.
 */
export const rootMeanSquaredError = regression('rmse', 'lower', (_, errors) => {
  const squares = errors.map((error) => error * error);
  const mse = meanOf(squares);
  const rmse = Math.sqrt(mse);
  const values = rmse === 0 ? squares : squares.map((square) => rmse + (square - mse) / (2 * rmse));
  return { kind: 'mean', values, squares: { errors: squares, over: 'root' } };
});

/**
 * r2: `1 - sum (label - prediction)^2 / sum (label - mean label)^2`, the share of the label's variance that is explained; below 0 for
 * answers worse than the mean. Example values are its linear approximation, as for rmse. Not defined where all labels are the same.
 */
export const explainedVariance = regression('r2', 'higher', (label, errors) => {
  const mean = meanOf(label);
  const spread = label.map((value) => (value - mean) ** 2);
  const variance = meanOf(spread);
  if (variance === 0) return none('it is not defined where all labels are the same');
  const squares = errors.map((error) => error * error);
  const unexplained = meanOf(squares) / variance;
  const values = squares.map(
    (square, index) => 1 - unexplained + (unexplained * (spread[index] ?? 0) - square) / variance,
  );
  return { kind: 'mean', values, squares: { errors: squares, over: variance } };
});

/** loss: the mean of the loss that the evaluation wrote itself. */
export const givenLoss: Measure = {
  name: 'loss',
  better: 'lower',
  kind: 'mean',
  terms: ({ examples }, rows) => {
    const values = numbersOf(examples.loss, rows);
    return values === undefined ? none('it needs `loss` of every example') : { kind: 'mean', values };
  },
};

type OfErrors = (label: Float64Array, errors: Float64Array) => MeanTerms | NoSample;

function regression(name: string, better: Measure['better'], ofErrors: OfErrors): Measure {
  return { name, better, kind: 'mean', terms: (evaluation, rows) => terms(evaluation, rows, ofErrors) };
}

function terms({ examples }: Evaluation, rows: Rows, ofErrors: OfErrors): MeanTerms | NoSample {
  const label = measuredOf(examples.label, rows);
  const prediction = measuredOf(examples.prediction, rows);
  if (label === undefined || prediction === undefined)
    return none('it needs a number as `label` and as `prediction` of every example');
  return ofErrors(
    label,
    label.map((value, index) => value - (prediction[index] ?? NaN)),
  );
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * What a model's answers are worth: the examples of a predictions file in columns, the usual measures over them, slices, and
 * the samples that the gate judges on. Pure.
 */
export type {
  AucSample,
  BinarySample,
  LevelSample,
  MeanSample,
  NoSample,
  PairedSample,
  Sample,
  TableSample,
  ValueSample,
} from './sample.js';
export { PredictionLines } from './json-lines.js';
export type { PredictionRow, Scalar } from './prediction-row.js';
export { freeRows, ordinaryRows, rowsIn, testRows } from './examples.js';
export type { Examples, Rows, Segment } from './examples.js';
export { predictionsFormat, predictionsFormats, readExamples } from './predictions-file.js';
export type { PredictionsFile, PredictionsFormat } from './predictions-file.js';

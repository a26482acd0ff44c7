/**
 * What a model's answers are worth: the examples of a predictions file in columns, the usual measures over them, slices, and
 * the samples that the gate judges on. Pure.
 *
 * `readExamples` gives Examples; an Evaluation is these with what ml.yaml says of them; `measureNamed('f1.macro')` is a measure;
 * `pairExamples` pairs two files; `sampleOf` and `levelOf` reduce a measure over some rows to what its test needs.
 */
export { behaviourMeasure, behaviourRows } from './behaviour.js';
export type { BehaviourCase } from './behaviour.js';
export { Evaluation, isNone } from './evaluation.js';
export type { EvaluationOptions } from './evaluation.js';
export { freeRows, ordinaryRows, rowsIn, testRows } from './examples.js';
export type { Examples, Rows, Segment } from './examples.js';
export { PredictionLines } from './json-lines.js';
export { levelOf, valueOf } from './level.js';
export { applicable, measureNamed, measureNames } from './measures/catalogue.js';
export type { Measure } from './measures/measure.js';
export { measuredOf } from './measures/rows.js';
export { pairExamples, pairsIn } from './pair-examples.js';
export type { Pairing, Pairs } from './pair-examples.js';
export { sampleOf } from './paired-sample.js';
export type { PairedInput } from './paired-sample.js';
export type { PredictionRow, Scalar } from './prediction-row.js';
export { predictionsFormat, predictionsFormats, readExamples } from './predictions-file.js';
export type { PredictionsFile, PredictionsFormat } from './predictions-file.js';
export { decodeEvaluationReport, encodeEvaluationReport } from './report/report-document.js';
/** Parts of reports that other documents hold too. */
export {
  behaviourSchema,
  exampleCountsSchema,
  measuredSchema,
  weakSchema,
} from './report/report-document.js';
export type { BehaviourReport, EvaluationReport, RunReport } from './report/report-document.js';
export { emptyRunReport } from './report/empty-run-report.js';
export { runReport, toldRows } from './report/run-report.js';
export type { Measured } from './report/measured.js';
export { segmentName } from './report/segments.js';
export type { WeakSegment } from './report/weak-segments.js';
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
export { testSetDigest } from './test-set-digest.js';

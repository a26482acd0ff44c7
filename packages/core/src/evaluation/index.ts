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

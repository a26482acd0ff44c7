import type { NoSample, Sample } from '../evaluation/index.js';
import type { CriterionId } from './policy.js';

/**
 * The sample that a criterion is judged on: candidate and baseline for comparisons (PairedSample), the candidate for floors and, slice by slice, for gaps (LevelSample),
 * or what was measured once (ValueSample). A criterion of many slices has one for each.
 */
export interface Evidence {
  readonly id: CriterionId;
  /** `lang=de`, where the sample is a slice's. */
  readonly slice?: string | undefined;
  readonly sample: Sample | NoSample;
}

/**
 * What a comparison or a floor is judged on: one criterion's examples, reduced to what its test needs. Differences and
 * gains are positive where the candidate is better, whichever way the measure points.
 */
export type Sample = PairedSample | LevelSample | ValueSample;

/** Candidate and baseline on the same examples. */
export type PairedSample = BinarySample | MeanSample | AucSample | TableSample;

interface Paired {
  /** Examples that both answered. */
  readonly n: number;
  /**
   * The share of examples on which the two answer differently, from 0 to 1. Told without a label wherever predictions are
   * there (`labelFree`): then what is said of it gives nothing of the test set away.
   */
  readonly disagreement: { readonly share: number; readonly labelFree: boolean };
}

/** Right or wrong, example by example. */
export interface BinarySample extends Paired {
  readonly kind: 'binary';
  /** Examples that only the candidate, and that only the baseline, got right. */
  readonly candidateOnly: number;
  readonly baselineOnly: number;
  readonly bothRight: number;
  /** Net wins of each group (`candidateOnly - baselineOnly`), where examples come in groups that are not independent. */
  readonly groupWins?: Int32Array;
  /** Examples of the largest group: more it cannot lose. */
  readonly largestGroup?: number;
}

/** A number an example, such as a loss. */
export interface MeanSample extends Paired {
  readonly kind: 'mean';
  /** Length n. */
  readonly differences: Float64Array;
  /** Length n: the number of each example's group, from 0. */
  readonly groups?: Int32Array;
  readonly candidateMean: number;
  readonly baselineMean: number;
  /** The least that a difference can be, below 0; absent where the measure has no bound. Harm that is rare is ruled out by it alone. */
  readonly worst?: number;
}

/** Scores of a binary label. */
export interface AucSample extends Paired {
  readonly kind: 'auc';
  /** Length n: 1 where the label is the positive class. */
  readonly labels: Uint8Array;
  readonly candidateScores: Float64Array;
  readonly baselineScores: Float64Array;
}

/**
 * A measure that is no mean but follows from how often each combination of label and answers occurs, such as F1. Resampling
 * examples is resampling these counts, so it costs the same for any n.
 */
export interface TableSample extends Paired {
  readonly kind: 'table';
  /** How often each combination occurs; sums to n. */
  readonly counts: Float64Array;
  /**
   * For each combination the place of the one in which the two models gave one another's answer: its own where both gave the same. Flipping
   * who gave which answer is moving counts between the two.
   */
  readonly exchanged?: Int32Array;
  /** Gain of the candidate over the baseline under such counts; NaN where it is not defined. */
  readonly gain: (counts: Float64Array) => number;
  readonly candidate: number;
  readonly baseline: number;
}

/** One model on its own, for an absolute floor. */
export type LevelSample =
  | { readonly kind: 'proportion'; readonly successes: number; readonly n: number }
  | {
      readonly kind: 'level';
      /** A number an example, pointing up where the model is better. */
      readonly values: Float64Array;
      readonly groups?: Int32Array;
    };

/** Measured once, such as a size or a latency: compared as it is, without a test. */
export interface ValueSample {
  readonly kind: 'value';
  readonly candidate: number;
  readonly baseline: number | undefined;
}

/** Why there is no sample: then the criterion is invalid, never passed. */
export interface NoSample {
  readonly kind: 'none';
  /** `accuracy needs "correct", or "label" and "prediction"; the baseline's predictions have neither`. */
  readonly why: string;
}

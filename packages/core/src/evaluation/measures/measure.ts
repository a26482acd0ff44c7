import type { Evaluation } from '../evaluation.js';
import type { Examples, Rows } from '../examples.js';
import type { NoSample } from '../sample.js';

/** What is measured of a model's answers. */
export interface Measure {
  /** As ml.yaml and reports have it: `f1.macro`, `ndcg@10`, `latency.p95`. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly kind: Terms['kind'];
  /** How far apart two examples can be at most; absent where there is no bound. */
  readonly range?: number;
  /** Where the value is no plain number: `ms`, `examples/s`. */
  readonly unit?: string;
  /** From 0 to 1 by its nature. */
  readonly share?: true;
  /** The rows that it is judged on, where those are not the test set. */
  readonly rows?: (examples: Examples) => Rows;
  /** What the measure is over some rows, example by example as far as it can be told so. */
  terms(evaluation: Evaluation, rows: Rows): Terms | NoSample;
}

/** A measure over some rows, in the form that its test and its interval need. All arrays are in the order of the rows. */
export type Terms =
  /** 1 right, 0 wrong. The measure is their mean. */
  | { readonly kind: 'proportion'; readonly right: Uint8Array }
  | MeanTerms
  | AucTerms
  | RatioTerms
  /** Measured of all at once, and not tested. */
  | { readonly kind: 'value'; readonly value: number };

/** A number an example, whose mean is the measure. */
export interface MeanTerms {
  readonly kind: 'mean';
  readonly values: Float64Array;
  /**
   * Where the measure is a function of means (rmse, r2), `values` are its linear approximation around what was measured: same mean, and
   * the spread that the delta method gives. Then these are what the difference of two models is made of: see pairedDifferences.
   */
  readonly squares?: { readonly errors: Float64Array; readonly over: 'root' | number };
  /** The first row of each unit, where a unit is more than one row: a query. */
  readonly units?: Int32Array;
}

export interface AucTerms {
  readonly kind: 'auc';
  /** 1 for the positive class. */
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
}

/** Follows from how often each class is a label, an answer, and both. */
export interface RatioTerms {
  readonly kind: 'table';
  readonly label: Int32Array;
  readonly prediction: Int32Array;
  /** The class of each number, as a key that two models share. */
  readonly keys: readonly string[];
  readonly ratio: Ratio;
}

/** The mean over classes of `2 tp / (l + p)`, `tp / l` or `tp / p`, or the value of one class alone. */
export interface Ratio {
  readonly of: 'f1' | 'recall' | 'precision';
  /** The key of the one class; the mean over all of them when absent. */
  readonly only?: string;
}

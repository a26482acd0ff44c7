import { canonicalJson } from '../kernel/index.js';
import { valueAt } from './columns.js';
import type { Values } from './columns.js';
import { isNone, none } from './evaluation.js';
import type { Evaluation } from './evaluation.js';
import type { Examples, Rows } from './examples.js';
import type { Measure } from './measures/measure.js';
import type { NoSample } from './sample.js';

/**
 * A behavioural test, as ml.yaml declares it (the three kinds of Ribeiro et al. 2020, "Beyond Accuracy: Behavioral Testing of NLP Models
 * with CheckList"). Its examples are rows with `behaviour: {case, of}`.
 */
export type BehaviourCase = {
  readonly name: string;
  /** The share of examples that must pass; all of them when absent. */
  readonly min?: number | undefined;
} & (
  | {
      /** The answer is that of the example `of`; numbers may differ by `tolerance`. */
      readonly test: 'invariance';
      readonly tolerance?: number | undefined;
    }
  | {
      /** The score of the positive class, or a number as prediction, moves from that of `of` by at least `delta`. */
      readonly test: 'direction';
      readonly towards: 'up' | 'down';
      readonly delta?: number | undefined;
    }
  /** The answer is the label. */
  | { readonly test: 'minimum' }
);

/** The rows of one case, in the order of the file. */
export function behaviourRows({ n, behaviour }: Examples, name: string): Rows {
  const code = behaviour?.cases.values.indexOf(name) ?? -1;
  if (code === -1 || behaviour === undefined) return new Int32Array(0);
  const rows = Array.from({ length: n }, (_, row) => row);
  return Int32Array.from(rows.filter((row) => behaviour.cases.codes[row] === code));
}

/** behaviour.CASE: the share of a case's examples that pass. Its rows are those of the case, and no test set's. */
export function behaviourMeasure(name: string): Measure {
  return {
    name: `behaviour.${name}`,
    better: 'higher',
    kind: 'proportion',
    share: true,
    rows: (examples) => behaviourRows(examples, name),
    terms: (evaluation, rows) => {
      const declared = evaluation.options.behaviour?.find((test) => test.name === name);
      if (declared === undefined) return none(`ml.yaml declares no behavioural test ${name}`);
      if (rows.length === 0) return none(`no example belongs to the behavioural test ${name}`);
      const passes = checkOf(declared, evaluation);
      if (isNone(passes)) return passes;
      const right = new Uint8Array(rows.length);
      for (const [index, row] of rows.entries()) {
        const passed = passes(row);
        if (passed === undefined) return none(missing(declared, evaluation.examples, row));
        right[index] = passed ? 1 : 0;
      }
      return { kind: 'proportion', right };
    },
  };
}

/** Whether a row passes; undefined where it lacks what that takes. */
type Check = (row: number) => boolean | undefined;

function checkOf(test: BehaviourCase, evaluation: Evaluation): Check | NoSample {
  const { label, prediction } = evaluation.examples;
  if (test.test === 'direction') return directionCheck(test, evaluation);
  if (prediction === undefined) return none('it needs `prediction`');
  if (test.test === 'minimum')
    return label === undefined ? none('it needs `label`') : equals(prediction, label, (row) => row);
  const of = originOf(evaluation.examples);
  return test.tolerance === undefined
    ? equals(prediction, prediction, of)
    : within(prediction, of, test.tolerance);
}

function originOf({ behaviour }: Examples): (row: number) => number {
  return (row) => behaviour?.of[row] ?? -1;
}

function equals(values: Values, others: Values, other: (row: number) => number): Check {
  return (row) => {
    const [value, expected] = [valueAt(values, row), valueAt(others, other(row))];
    return value === undefined || expected === undefined
      ? undefined
      : canonicalJson(value) === canonicalJson(expected);
  };
}

function within(values: Values, of: (row: number) => number, tolerance: number): Check {
  return (row) => {
    const [value, expected] = [valueAt(values, row), valueAt(values, of(row))];
    if (typeof value !== 'number' || typeof expected !== 'number') return undefined;
    return Math.abs(value - expected) <= tolerance;
  };
}

function directionCheck(
  { towards, delta = 0 }: Extract<BehaviourCase, { test: 'direction' }>,
  evaluation: Evaluation,
): Check | NoSample {
  const scores = movingScores(evaluation);
  if (isNone(scores)) return scores;
  const of = originOf(evaluation.examples);
  return (row) => {
    const moved = (scores[row] ?? NaN) - (scores[of(row)] ?? NaN);
    return Number.isNaN(moved) ? undefined : (towards === 'up' ? moved : -moved) >= delta;
  };
}

function movingScores({ examples, positive }: Evaluation): Float64Array | NoSample {
  if (examples.score === undefined && examples.prediction?.kind === 'numbers')
    return examples.prediction.numbers;
  return isNone(positive) ? positive : positive.scores;
}

function missing({ test }: BehaviourCase, { ids, behaviour }: Examples, row: number): string {
  const id = JSON.stringify(ids[row]);
  if (test !== 'minimum' && (behaviour?.of[row] ?? -1) === -1)
    return `example ${id} does not say what it is made \`of\``;
  return `example ${id} lacks ${test === 'direction' ? 'a score' : test === 'minimum' ? 'prediction or label' : 'a prediction'}`;
}

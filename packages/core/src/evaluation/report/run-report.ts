import type { Digest } from '../../kernel/index.js';
import { behaviourMeasure, behaviourRows } from '../behaviour.js';
import type { BehaviourCase } from '../behaviour.js';
import { isNone } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import { freeRows, ordinaryRows, testRows } from '../examples.js';
import type { Examples, Rows } from '../examples.js';
import { applicable } from '../measures/catalogue.js';
import { testSetDigest } from '../test-set-digest.js';
import { shownWhy } from './empty-run-report.js';
import { intervalOf } from './interval.js';
import { measuredOf, rounded } from './measured.js';
import type { Measured } from './measured.js';
import type { BehaviourReport, RunReport, SliceReport } from './report-document.js';
import { valuesOf } from './segments.js';
import type { SegmentPlaces } from './segments.js';
import { weakSegments } from './weak-segments.js';
import type { WeakSegments } from './weak-segments.js';

/** More slices are a table that nobody reads. */
const mostSlices = 100;
/** Those that say most of a slice; the others stand for all examples alone. */
const sliceMeasures: ReadonlySet<string> = new Set([
  'accuracy',
  'auc',
  'log_loss',
  'mae',
  'rmse',
  'ndcg@10',
  'loss',
]);

export interface RunReportInput {
  readonly seed: number | null;
  readonly predictions: Digest;
  readonly evaluation: Evaluation;
  /** Nothing is told of the test set but what it is. */
  readonly sealed: boolean;
}

/** The rows that figures are of: the test set where that may be told and is there, else those that are free to look at. */
export function toldRows(examples: Examples, sealed: boolean): Rows {
  const test = testRows(examples);
  return sealed || test.length === 0 ? freeRows(examples) : test;
}

/** What one run's predictions come to. */
export function runReport({ seed, predictions, evaluation, sealed }: RunReportInput): RunReport {
  const { examples } = evaluation;
  const test = testRows(examples);
  // Never both at once: who chose by validation would see the test set look better than it is.
  const rows = toldRows(examples, sealed);
  const [slices, slicesLeftOut] = slicesOf(evaluation, rows);
  const weak = weakSegments(evaluation, rows);
  return {
    seed,
    predictions,
    examples: {
      test: test.length,
      free: freeRows(examples).length,
      behaviour: examples.n - ordinaryRows(examples).length,
    },
    ...(test.length === 0 ? {} : { testSet: testSetDigest(examples) }),
    measures: measuresOf(evaluation, rows),
    slices,
    slicesLeftOut,
    ...(weak === undefined ? {} : { weak: roundedWeak(weak) }),
    behaviour: (evaluation.options.behaviour ?? []).map((declared) => behaviourReport(declared, evaluation)),
  };
}

function measuresOf(evaluation: Evaluation, rows: Rows): readonly Measured[] {
  return applicable(evaluation, rows).flatMap(
    (measure) => measuredOf(measure, evaluation, rows, { resample: true }) ?? [],
  );
}

function slicesOf(evaluation: Evaluation, rows: Rows): readonly [readonly SliceReport[], number] {
  const all = Object.entries(evaluation.examples.slices).flatMap(([key, column]) =>
    valuesOf(key, column, rows),
  );
  const told = [...all].sort((a, b) => b.places.length - a.places.length).slice(0, mostSlices);
  const kept = all.filter((segment) => told.includes(segment));
  return [kept.map((segment) => sliceReport(segment, evaluation, rows)), all.length - kept.length];
}

function sliceReport({ segment, places }: SegmentPlaces, evaluation: Evaluation, rows: Rows): SliceReport {
  const own = places.map((place) => rows[place] ?? -1);
  const [part] = segment;
  const measures = applicable(evaluation, own).filter(({ name }) => sliceMeasures.has(name));
  return {
    key: part?.key ?? '',
    value: part?.value ?? '',
    n: places.length,
    measures: measures.flatMap((measure) => measuredOf(measure, evaluation, own, { resample: false }) ?? []),
  };
}

function roundedWeak({ by, searched, found }: WeakSegments): WeakSegments {
  return {
    by,
    searched,
    found: found.map((one) => ({
      ...one,
      inside: rounded(one.inside),
      outside: rounded(one.outside),
      p: rounded(one.p),
    })),
  };
}

/** A behavioural test tells of nobody's test set, so it is told whether that is sealed or not. */
function behaviourReport(declared: BehaviourCase, evaluation: Evaluation): BehaviourReport {
  const rows = behaviourRows(evaluation.examples, declared.name);
  const terms = behaviourMeasure(declared.name).terms(evaluation, rows);
  const common = { case: declared.name, n: rows.length, min: declared.min ?? 1 };
  if (isNone(terms) || terms.kind !== 'proportion')
    return {
      ...common,
      passed: null,
      interval: null,
      met: false,
      why: isNone(terms) ? shownWhy(terms.why) : '',
    };
  const passed = terms.right.reduce((sum, right) => sum + right, 0);
  const interval = intervalOf(terms, { groups: undefined, resample: false });
  return {
    ...common,
    passed,
    interval:
      interval === undefined
        ? null
        : { ...interval, lower: rounded(interval.lower), upper: rounded(interval.upper) },
    met: passed >= common.min * rows.length,
  };
}

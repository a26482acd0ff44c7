import {
  isNone,
  measureNamed,
  pairExamples,
  pairsIn,
  sampleOf,
  toldRows,
  valueOf,
} from '../evaluation/index.js';
import type { Evaluation, Measured, Measure, Pairs, Rows, RunReport, Segment } from '../evaluation/index.js';
import { pAdjust } from '../stats/index.js';
import { differenceOf } from './difference.js';
import type { Difference } from './difference.js';

/** A measure before and now. */
export interface MeasureMove {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly unit: string | undefined;
  readonly before: Measured | undefined;
  readonly now: Measured | undefined;
  /** On the same examples; undefined where they are others. */
  readonly difference: Difference | undefined;
}

/** One slice by the measure that says most of it. */
export interface SliceMove {
  readonly slice: string;
  readonly measure: string;
  readonly n: number;
  readonly before: number;
  readonly now: number;
  readonly difference: Difference;
  /** Beyond chance at 5% for all slices together, after Holm (1979). */
  readonly moved: boolean;
}

export interface Movement {
  readonly measures: readonly MeasureMove[];
  readonly slices: readonly SliceMove[];
  /** Why the two were not compared example by example. */
  readonly unpaired: string | undefined;
}

/** A model's answers with the figures that may be told of them. */
export interface Answers {
  readonly evaluation: Evaluation;
  readonly figures: RunReport;
}

const claim = 0.05;
/** Those that say most of a slice, in order. */
const sliceMeasures = ['accuracy', 'ndcg@10', 'mae', 'auc', 'loss', 'log_loss'];

/** What became of a model's figures. @param sealed nothing is computed of the test set. */
export function movementOf(now: Answers, before: Answers | undefined, sealed: boolean): Movement {
  if (before === undefined)
    return { measures: moves(now, undefined, undefined), slices: [], unpaired: undefined };
  const pairing = pairExamples(now.evaluation.examples, before.evaluation.examples, (examples) =>
    toldRows(examples, sealed),
  );
  if (!pairing.ok) return { measures: moves(now, before, undefined), slices: [], unpaired: pairing.why };
  if (pairing.candidate.length === 0)
    return { measures: moves(now, before, undefined), slices: [], unpaired: undefined };
  return {
    measures: moves(now, before, pairing),
    slices: slicesOf(now, before, pairing),
    unpaired: undefined,
  };
}

function moves(now: Answers, before: Answers | undefined, pairs: Pairs | undefined): readonly MeasureMove[] {
  const [own, others] = [now.figures.measures, before?.figures.measures ?? []];
  const names = [...new Set([...own, ...others].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [a, b] = [others.find((one) => one.name === name), own.find((one) => one.name === name)];
    const told = b ?? a;
    if (told === undefined) return [];
    return [
      {
        ...{ name, better: told.better, unit: told.unit, before: a, now: b },
        difference: before && pairs && differenceBy(measureNamed(name), { now, before, pairs }),
      },
    ];
  });
}

interface Compared {
  readonly now: Answers;
  readonly before: Answers;
  readonly pairs: Pairs;
}

function differenceBy(
  measure: Measure | undefined,
  { now, before, pairs }: Compared,
): Difference | undefined {
  if (measure === undefined) return undefined;
  const sample = sampleOf(measure, { candidate: now.evaluation, baseline: before.evaluation, pairs });
  return sample.kind === 'none' || sample.kind === 'value' ? undefined : differenceOf(sample);
}

/** The slices that the report of the evaluation tells of, its hundred largest. */
function slicesOf(now: Answers, before: Answers, pairs: Pairs): readonly SliceMove[] {
  const found = now.figures.slices.flatMap(({ key, value, measures }) => {
    const segment: Segment = [{ key, value }];
    const name = sliceMeasures.find((one) => measures.some((measure) => measure.name === one));
    return name === undefined ? [] : (sliceMove(name, segment, { now, before, pairs }) ?? []);
  });
  const tested = found.filter(({ difference }) => difference.p !== undefined);
  if (tested.length === 0) return found;
  const { holm } = pAdjust({ pValues: tested.map(({ difference }) => difference.p ?? 1) });
  const moved = new Set(tested.filter((_, index) => (holm[index] ?? 1) <= claim));
  return found.map((one) => ({ ...one, moved: moved.has(one) }));
}

function sliceMove(name: string, segment: Segment, compared: Compared): SliceMove | undefined {
  const measure = measureNamed(name);
  if (measure === undefined) return undefined;
  const { now, before, pairs } = compared;
  const own = pairsIn(now.evaluation.examples, pairs, segment);
  const difference = differenceBy(measure, { now, before, pairs: own });
  const [a, b] = [
    meanOf(measure, before.evaluation, own.baseline),
    meanOf(measure, now.evaluation, own.candidate),
  ];
  if (difference === undefined || a === undefined || b === undefined) return undefined;
  const [part] = segment;
  return {
    slice: `${part?.key ?? ''}=${String(part?.value ?? '')}`,
    ...{ measure: name, n: own.candidate.length, before: a, now: b, difference, moved: false },
  };
}

function meanOf(measure: Measure, evaluation: Evaluation, rows: Rows): number | undefined {
  const terms = measure.terms(evaluation, rows);
  return isNone(terms) ? undefined : valueOf(terms);
}

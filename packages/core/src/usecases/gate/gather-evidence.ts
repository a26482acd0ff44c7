import {
  levelOf,
  measureNamed,
  pairExamples,
  pairsIn,
  rowsIn,
  sampleOf,
  testRows,
} from '../../evaluation/index.js';
import type {
  Evaluation,
  Examples,
  LevelSample,
  Measure,
  NoSample,
  PairedSample,
  Pairing,
  Pairs,
  Rows,
  Segment,
  ValueSample,
} from '../../evaluation/index.js';
import { criteriaOf, isReported, meansSlice } from '../../gate/index.js';
import type { Criterion, CriterionId, Evidence, GatePolicy } from '../../gate/index.js';
import { digestOf, shortDigest, shortened } from '../../kernel/index.js';
import type { EvaluatedModel } from './candidate.js';

/** A model with its answers read. */
export interface ReadModel extends Omit<EvaluatedModel, 'predictions'> {
  readonly evaluation: Evaluation;
}

/** Both models on the same examples; without a baseline the candidate alone. */
export interface Contest {
  readonly candidate: ReadModel;
  readonly baseline: (ReadModel & { readonly pairs: Pairs }) | undefined;
}

/** What a verdict can list; and nobody reads as many. */
const mostResults = 10_000;
/** Of one criterion: each slice is a test of its own on all examples. */
const mostSlices = 1000;

/** The samples that each criterion is judged on, slice by slice where it asks for slices. */
export function gatherEvidence(policy: GatePolicy, contest: Contest): readonly Evidence[] {
  const asked = criteriaOf(policy, { floorsOnly: contest.baseline === undefined });
  const most = Math.min(mostSlices, Math.floor(mostResults / asked.length));
  return asked.flatMap(({ id, criterion }) => evidenceOf(id, criterion, { contest, most }));
}

interface Sought {
  readonly contest: Contest;
  /** Slices that a criterion may mean. */
  readonly most: number;
}

function evidenceOf(id: CriterionId, criterion: Criterion, { contest, most }: Sought): readonly Evidence[] {
  const wanted = slicesOf(criterion);
  if (wanted === null) return [{ id, sample: sampleFor(criterion, contest, []) }];
  const { examples } = contest.candidate.evaluation;
  const slices = slicesIn(examples, testRows(examples)).filter(({ name }) => meansSlice(wanted, name));
  if (slices.length > most)
    return [
      {
        id,
        sample: none(
          `${wanted} means ${String(slices.length)} slices, and ${String(most)} at most can be judged: name those that matter`,
        ),
      },
    ];
  return slices.map(({ name, segment }) => ({
    id,
    slice: toldName(name),
    sample: sampleFor(criterion, contest, segment),
  }));
}

/** `lang=de`, `lang=*` or `*`; null for a criterion on all examples. */
function slicesOf(criterion: Criterion): string | null {
  if (criterion.test === 'gap') return `${criterion.across}=*`;
  return 'slice' in criterion ? criterion.slice : null;
}

/** The value of a slice may be of any length; two with one beginning are told apart. */
function toldName(name: string): string {
  const told = shortened(name, 300);
  return told === name ? name : `${told}… ${shortDigest(digestOf(name))}`;
}

/** `lang=de` for each value of each slice that occurs in these rows. */
function slicesIn(
  { slices }: Examples,
  rows: Rows,
): readonly { readonly name: string; readonly segment: Segment }[] {
  return Object.entries(slices).flatMap(([key, { codes, values }]) => {
    const used = new Uint8Array(values.length);
    for (const row of rows) {
      const code = codes[row] ?? -1;
      if (code >= 0) used[code] = 1;
    }
    return values.flatMap((value, code) =>
      used[code] === 1 ? [{ name: `${key}=${String(value)}`, segment: [{ key, value }] }] : [],
    );
  });
}

type AnySample = PairedSample | LevelSample | ValueSample | NoSample;

function sampleFor(criterion: Criterion, contest: Contest, segment: Segment): AnySample {
  const { metric, test } = criterion;
  if (metric === 'size') return valuesOf(contest, ({ model }) => model.size, metric);
  if (isReported(metric)) return valuesOf(contest, ({ metrics }) => reported(metric, metrics), metric);
  const measure = measureNamed(metric);
  if (measure === undefined) return none(`${metric} is no measure that is known`);
  const isOfOne = test === 'floor' || test === 'gap';
  return isOfOne ? levelIn(measure, contest, segment) : pairIn(measure, contest, segment);
}

function levelIn(
  measure: Measure,
  { candidate }: Contest,
  segment: Segment,
): LevelSample | ValueSample | NoSample {
  const { evaluation } = candidate;
  const { examples } = evaluation;
  const rows = (measure.rows ?? testRows)(examples);
  return levelOf(measure, evaluation, rowsIn(examples, rows, segment));
}

function pairIn(measure: Measure, { candidate, baseline }: Contest, segment: Segment): AnySample {
  if (baseline === undefined) return none('there is no accepted model to compare with');
  const { evaluation } = candidate;
  const all = pairsOf(measure, evaluation, baseline);
  if ('ok' in all && !all.ok) return none(`${measure.name}: ${all.why}`);
  const pairs = segment.length === 0 ? all : pairsIn(evaluation.examples, all, segment);
  return sampleOf(measure, { candidate: evaluation, baseline: baseline.evaluation, pairs });
}

/** Those of the test set were paired once; a behavioural test has rows of its own. */
function pairsOf(
  { rows }: Measure,
  { examples }: Evaluation,
  { evaluation, pairs }: NonNullable<Contest['baseline']>,
): Pairs | Pairing {
  return rows === undefined ? pairs : pairExamples(examples, evaluation.examples, rows);
}

function valuesOf(
  { candidate, baseline }: Contest,
  valueOf: (model: ReadModel) => number | undefined,
  metric: string,
): ValueSample | NoSample {
  const own = valueOf(candidate);
  const other = baseline && valueOf(baseline);
  if (own === undefined) return none(`the evaluation of the candidate told no ${metric}`);
  if (baseline !== undefined && other === undefined)
    return none(`the evaluation of the baseline told no ${metric}`);
  return { kind: 'value', candidate: own, baseline: other };
}

/** `metrics.test.f1` is `test.f1` of metrics.json. */
function reported(metric: string, metrics: Readonly<Record<string, number>>): number | undefined {
  const name = metric.slice('metrics.'.length);
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

function none(why: string): NoSample {
  return { kind: 'none', why };
}

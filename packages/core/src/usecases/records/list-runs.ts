import { summariseRuns } from '../../documents/index.js';
import type {
  HistoryEntry,
  MetricSummary,
  Revision,
  RunRecord,
  RunResult,
  StepName,
} from '../../documents/index.js';
import { canonicalJson, hexOf } from '../../kernel/index.js';
import { keyPath, stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import { keysIn } from '../../provenance/index.js';
import type { RunKey, RunKeyDocument } from '../../provenance/index.js';
import type { LastRunsDeps } from './last-runs.js';

/** A run with all that is kept of it. */
export interface KeptRun {
  readonly seed: number | null;
  readonly key: RunKey;
  readonly document: RunKeyDocument;
  readonly result: RunResult;
  readonly record: RunRecord;
}

/** A run of a group, with the newest evaluation of the model that it made. */
export interface EvaluatedRun extends KeptRun {
  readonly evaluation?: Pick<KeptRun, 'document' | 'result'> | undefined;
}

/** Runs of one step that differ by seed alone, and what became of their evaluation. */
export interface RunGroup {
  readonly ref: StepRef;
  /** Hex digits of the first run's key: enough to name it. */
  readonly id: string;
  /** By rising seed. */
  readonly runs: readonly EvaluatedRun[];
  /** When this workspace, or a clone of it, first came to them, and at which commit. */
  readonly at: string;
  readonly revision?: Revision | undefined;
  /** Milliseconds that the commands took, all seeds together. */
  readonly durationMs: number;
  /** Over the seeds. Of a model that is evaluated: of the evaluation, and those of the training by other names. */
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  /** The workspace's own result is of this group. */
  readonly current: boolean;
}

/**
 * The runs of a dataset or model in all clones of the workspace, newest first.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID, ERR_ML_JOURNAL_BROKEN for a history that cannot be read.
 */
export async function listRuns(
  project: string,
  step: Exclude<StepName, 'evaluate'>,
  deps: LastRunsDeps,
): Promise<readonly RunGroup[]> {
  const history = await deps.history.read(project);
  const evaluations = await keptRuns(history, 'evaluate', deps);
  const runs = await keptRuns(history, step, deps);
  const keyFile = deps.workspace.tree.readText(keyPath({ project, step }));
  const current = new Set<string>(keyFile === undefined ? [] : keysIn(keyFile));
  const groups = groupBySeed([...runs.values()]).map((group) =>
    runGroup({ project, step }, group, { evaluations: [...evaluations.values()], current }),
  );
  return groups.reverse();
}

interface SeenRun extends KeptRun {
  readonly entry: HistoryEntry;
}

/** Runs of a step by key, in the order in which they first came up; those whose documents are lost are left out. */
async function keptRuns(
  history: readonly HistoryEntry[],
  step: StepName,
  { runs }: LastRunsDeps,
): Promise<ReadonlyMap<string, SeenRun>> {
  const firsts = new Map<string, { readonly seed: number | null; readonly entry: HistoryEntry }>();
  for (const entry of history)
    for (const { seed, key } of entry.step === step ? entry.runs : [])
      if (!firsts.has(key)) firsts.set(key, { seed, entry });
  const kept = await Promise.all(
    [...firsts].map(async ([key, first]) => {
      const [run, document] = await Promise.all([runs.read(key as RunKey), runs.document(key as RunKey)]);
      return run === undefined || document === undefined
        ? []
        : [[key, { ...first, ...run, key: key as RunKey, document }] as const];
    }),
  );
  return new Map(kept.flat());
}

function groupBySeed(runs: readonly SeenRun[]): readonly (readonly SeenRun[])[] {
  const groups = new Map<string, SeenRun[]>();
  for (const run of runs) {
    const id = canonicalJson({ ...run.document, seed: null });
    groups.set(id, [...(groups.get(id) ?? []), run]);
  }
  return [...groups.values()];
}

interface GroupContext {
  readonly evaluations: readonly SeenRun[];
  readonly current: ReadonlySet<string>;
}

function runGroup(ref: StepRef, seen: readonly SeenRun[], { evaluations, current }: GroupContext): RunGroup {
  const runs = [...seen].sort((a, b) => (a.seed ?? -1) - (b.seed ?? -1));
  const [first] = seen;
  if (first === undefined || runs[0] === undefined) throw new Error(`a group of ${stepId(ref)} without runs`);
  const evaluated = runs.map((run) => withEvaluation(run, evaluations));
  return {
    ref,
    id: hexOf(runs[0].key).slice(0, 8),
    runs: evaluated,
    metrics: groupMetrics(evaluated, evaluatedNames(evaluated)),
    at: first.entry.at,
    revision: first.entry.revision,
    durationMs: runs.reduce((sum, { record }) => sum + record.durationMs, 0),
    current: runs.some(({ key }) => current.has(key)),
  };
}

/** Each model's newest evaluation counts. */
function withEvaluation(
  { seed, key, document, result, record }: KeptRun,
  evaluations: readonly KeptRun[],
): EvaluatedRun {
  const model = result.outputs['model']?.digest;
  const evaluation = evaluations.findLast(
    (candidate) => candidate.document.inputs['model']?.digest === model && candidate.seed === seed,
  );
  return { seed, key, document, result, record, evaluation };
}

/** Over the seeds. @param names evaluatedNames of all runs that are looked at together. */
export function groupMetrics(
  runs: readonly EvaluatedRun[],
  names: ReadonlySet<string>,
): Readonly<Record<string, MetricSummary>> {
  const judged = summariseRuns(runs.flatMap(({ evaluation }) => evaluation?.result ?? []));
  const trained = summariseRuns(runs.map((run) => ({ metrics: trainedMetrics(run, names) })));
  return { ...judged, ...trained };
}

/** The metrics that an evaluation of any of the runs has: those keep their plain names for it. */
export function evaluatedNames(runs: readonly EvaluatedRun[]): ReadonlySet<string> {
  return new Set(runs.flatMap(({ evaluation }) => Object.keys(evaluation?.result.metrics ?? {})));
}

/** What a run was measured at, in its evaluation and in itself. @param names evaluatedNames of all runs that are looked at together. */
export function measuredMetrics(
  run: EvaluatedRun,
  names: ReadonlySet<string>,
): Readonly<Record<string, number>> {
  return { ...run.evaluation?.result.metrics, ...trainedMetrics(run, names) };
}

/** Also a run that was not evaluated itself must not seem to be by the name of its metric. */
function trainedMetrics({ result }: KeptRun, names: ReadonlySet<string>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(result.metrics).map(([name, value]) => [names.has(name) ? `train.${name}` : name, value]),
  );
}

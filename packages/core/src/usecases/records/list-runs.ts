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

/** A run of a group, with what it was measured at. */
export interface MeasuredRun extends KeptRun {
  /** Flat, by the names of the group's metrics: those of the model's newest evaluation, and those of the run itself. */
  readonly measured: Readonly<Record<string, number>>;
  /** What that evaluation's key is made of; undefined where there was none. */
  readonly evaluation?: RunKeyDocument | undefined;
}

/** Runs of one step that differ by seed alone, and what became of their evaluation. */
export interface RunGroup {
  readonly ref: StepRef;
  /** Hex digits of the first run's key: enough to name it. */
  readonly id: string;
  /** By rising seed. */
  readonly runs: readonly MeasuredRun[];
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
  return {
    ref,
    id: hexOf(runs[0].key).slice(0, 8),
    ...measure(runs, evaluations),
    at: first.entry.at,
    revision: first.entry.revision,
    durationMs: runs.reduce((sum, { record }) => sum + record.durationMs, 0),
    current: runs.some(({ key }) => current.has(key)),
  };
}

/** Each model's newest evaluation counts. A metric of both steps keeps its plain name for the evaluation. */
function measure(
  runs: readonly KeptRun[],
  evaluations: readonly KeptRun[],
): Pick<RunGroup, 'runs' | 'metrics'> {
  const evaluated = runs.map((run) => evaluations.findLast((evaluation) => isOf(evaluation, run)));
  const judged = evaluated.map((evaluation) => evaluation?.result.metrics ?? {});
  const judgedNames = new Set(judged.flatMap((metrics) => Object.keys(metrics)));
  const trained = runs.map(({ result }) => renamed(result.metrics, judgedNames));
  return {
    runs: runs.map(({ seed, key, document, result, record }, index) => ({
      ...{ seed, key, document, result, record },
      measured: { ...judged[index], ...trained[index] },
      evaluation: evaluated[index]?.document,
    })),
    metrics: { ...summariseRuns(judged.map(asRun)), ...summariseRuns(trained.map(asRun)) },
  };
}

function isOf(evaluation: KeptRun, { result, seed }: KeptRun): boolean {
  const model = result.outputs['model']?.digest;
  return evaluation.document.inputs['model']?.digest === model && evaluation.seed === seed;
}

function renamed(
  metrics: Readonly<Record<string, number>>,
  taken: ReadonlySet<string>,
): Readonly<Record<string, number>> {
  const entries = Object.entries(metrics);
  return Object.fromEntries(
    entries.map(([name, value]) => [taken.has(name) ? `train.${name}` : name, value]),
  );
}

function asRun(metrics: Readonly<Record<string, number>>): Pick<RunResult, 'metrics'> {
  return { metrics };
}

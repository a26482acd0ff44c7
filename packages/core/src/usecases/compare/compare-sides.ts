import { compareMethods, moreSeeds, seedsThatShow } from '../../compare/index.js';
import type { MeasuredSeed, MethodComparison, MethodsAsked } from '../../compare/index.js';
import { MlError } from '../../kernel/index.js';
import { keyDifference } from '../../provenance/index.js';
import type { KeyChange } from '../../provenance/index.js';
import { compareRuns, currentGroup } from '../explain/compare-runs.js';
import type { DataChangesDeps } from '../explain/data-changes.js';
import type { ExplainedChange } from '../explain/explain-steps.js';
import type { LastRunsDeps } from '../records/last-runs.js';
import { evaluatedNames, listRuns, measuredMetrics } from '../records/list-runs.js';
import type { RunGroup } from '../records/list-runs.js';
import { findSide } from './find-side.js';
import type { KnownRuns, MethodSide } from './find-side.js';
import type { Commits } from './runs-at-commit.js';

export interface SidesAsked extends Omit<MethodsAsked, 'a' | 'b'> {
  /** A model. */
  readonly project: string;
  /** A commit, branch or tag, the id of a run, or `alpha=0.5`. */
  readonly a: string;
  /** undefined: what the workspace stands at. */
  readonly b: string | undefined;
}

export interface ComparedSide extends MethodSide {
  /** What its runs were measured at, by names that mean the same on both sides. */
  readonly measured: readonly MeasuredSeed[];
}

export interface SidesCompared {
  readonly project: string;
  /** Workspace-relative. */
  readonly mlYaml: string;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** What of the training is another on side B, beside the seeds. */
  readonly changes: readonly ExplainedChange[];
  /** What of the evaluation is another, beside the model and its parameters: then not the methods alone differ. */
  readonly evaluationChanges: readonly KeyChange[];
  readonly methods: MethodComparison;
  /** Seeds to train both sides with, where something was not shown for want of them. */
  readonly seedsToShow: readonly number[] | undefined;
}

export type CompareSidesDeps = LastRunsDeps & DataChangesDeps & { readonly commits: Commits };

/**
 * Puts two training methods side by side, by runs that are there. Nothing is run.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING for a side without runs, ERR_ML_USAGE for sides that are the same, and what compareMethods throws.
 */
export async function compareSides(asked: SidesAsked, deps: CompareSidesDeps): Promise<SidesCompared> {
  const ref = { project: asked.project, step: 'train' } as const;
  const root = deps.workspace.mlProject(ref.project)?.root ?? ref.project;
  const known = {
    root,
    groups: await listRuns(ref.project, ref.step, deps),
    history: await deps.history.read(ref.project),
  };
  const { a, b } = measured(await bothSides(asked, known, deps.commits));
  if (a.group === b.group) throw sameRuns(asked, a.group);
  const methods = compareMethods({ ...asked, a: a.measured, b: b.measured });
  const { changes } = await compareRuns(a.group, b.group, deps);
  return {
    ...{ project: ref.project, a, b, changes, methods },
    mlYaml: `${root}/ml.yaml`,
    evaluationChanges: evaluationChanges(a.group, b.group),
    seedsToShow: seedsToShow(methods, a.measured, b.measured),
  };
}

type Both<T> = Readonly<Record<'a' | 'b', T>>;

/** One side may not be evaluated yet: then its training's accuracy is not the other's. */
function measured({ a, b }: Both<MethodSide>): Both<ComparedSide> {
  const names = evaluatedNames([...a.group.runs, ...b.group.runs]);
  const measuredOf = ({ runs }: RunGroup): readonly MeasuredSeed[] =>
    runs.flatMap((run) =>
      run.seed === null ? [] : [{ seed: run.seed, metrics: measuredMetrics(run, names) }],
    );
  return {
    a: { ...a, measured: measuredOf(a.group) },
    b: { ...b, measured: measuredOf(b.group) },
  };
}

async function bothSides(asked: SidesAsked, known: KnownRuns, commits: Commits): Promise<Both<MethodSide>> {
  const a = await findSide(asked.a, known, commits);
  if (asked.b !== undefined) return { a, b: await findSide(asked.b, known, commits) };
  const group = currentGroup({ project: asked.project, step: 'train' }, known.groups);
  return { a, b: { group, found: { by: 'workspace' } } };
}

/** By the first seed that both were evaluated with. */
function evaluationChanges(a: RunGroup, b: RunGroup): readonly KeyChange[] {
  for (const { seed, evaluation } of a.runs) {
    const other = b.runs.find((run) => run.seed === seed)?.evaluation;
    if (evaluation !== undefined && other !== undefined)
      return keyDifference(evaluation.document, other.document).changes.filter(isOfEvaluation);
  }
  return [];
}

function isOfEvaluation({ what }: KeyChange): boolean {
  return what === 'data' || what === 'code' || what === 'command';
}

/** undefined where seeds would change nothing: something else is wrong, or all was shown, or there are enough. */
function seedsToShow(
  { metrics }: MethodComparison,
  a: readonly MeasuredSeed[],
  b: readonly MeasuredSeed[],
): readonly number[] | undefined {
  const wanted = seedsThatShow();
  const isShort = metrics.some(
    ({ seeds }) =>
      seeds !== null &&
      (seeds.answer === 'not-shown' || seeds.answer === 'too-few') &&
      seeds.seeds.length < wanted &&
      !seeds.alike,
  );
  const [seedsA, seedsB] = [a.map(({ seed }) => seed), b.map(({ seed }) => seed)];
  const shared = seedsA.filter((seed) => seedsB.includes(seed));
  return isShort ? moreSeeds({ shared, either: [...seedsA, ...seedsB] }, wanted) : undefined;
}

function sameRuns({ a, b, project }: SidesAsked, { id }: RunGroup): MlError {
  const list = `nx-ml runs ${project} lists runs that differ.`;
  return new MlError('ERR_ML_USAGE', {
    message: `${a} and ${b ?? 'what the workspace stands at'} are the same runs of ${project}, ${id}`,
    fix:
      b === undefined
        ? `What was changed since is not trained yet: nx run ${project}:train (nx-ml why ${project} tells what changed). ${list}`
        : list,
  });
}

import type { ManifestRun, Revision } from '../../documents/index.js';
import { isMlError } from '../../kernel/index.js';
import type { Digest, MlError } from '../../kernel/index.js';
import { championOf } from '../../registry/index.js';
import type { ChampionEntry } from '../../registry/index.js';
import type { RunKeyDocument } from '../../provenance/index.js';
import type { ObjectRef } from '../../store/index.js';
import { findSide } from '../compare/find-side.js';
import type { Commits } from '../compare/runs-at-commit.js';
import type { StepResults } from '../plan/step-results.js';
import { runsThatMade } from '../records/last-runs.js';
import type { LastRunsDeps } from '../records/last-runs.js';
import { listRuns } from '../records/list-runs.js';
import type { Stores } from '../records/run-store.js';
import { Registry } from '../registry/registry.js';

/** What the models of the workspace are put beside. */
export type BaseAsked =
  /** The accepted models; of a model without one the runs of the commit, if one is named. */
  | { readonly kind: 'accepted'; readonly otherwise: string | undefined }
  /** A commit, branch or tag. */
  | { readonly kind: 'commit'; readonly revision: string };

/** A model as it was before, with what is still known of it. */
export interface BaseResult {
  readonly found:
    | {
        readonly by: 'accepted';
        readonly at: string;
        readonly because: ChampionEntry['because'];
        readonly revision: Revision | undefined;
      }
    /** `exact`: trained by what the commit holds; else the nearest that is known. */
    | { readonly by: 'commit'; readonly revision: string; readonly exact: boolean };
  readonly model: Digest;
  readonly seed: number | null;
  readonly predictions: ObjectRef | undefined;
  /** What its evaluation wrote to metrics.json. */
  readonly metrics: ManifestRun['metrics'];
  /** What the training was made of; undefined where that is not known here. */
  readonly document: RunKeyDocument | undefined;
}

export interface BaseDeps extends LastRunsDeps {
  readonly stores: Stores;
  readonly workspaceId: string;
  readonly commits: Commits;
  readonly results: StepResults;
}

/** @returns undefined where there is none; an error where it cannot be told which it is. */
export async function baseResult(
  project: string,
  asked: BaseAsked,
  deps: BaseDeps,
): Promise<BaseResult | MlError | undefined> {
  try {
    if (asked.kind === 'commit') return await resultAtCommit(project, asked.revision, deps);
    const registry = new Registry(deps.stores.journals, deps.workspaceId);
    const entry = championOf(await registry.state(project));
    if (entry !== undefined) return await acceptedResult(project, entry, deps);
    return asked.otherwise === undefined ? undefined : await resultAtCommit(project, asked.otherwise, deps);
  } catch (error) {
    if (isMlError(error)) return error;
    throw error;
  }
}

/** By the evaluation of today where that is known, as the gate has it; else as it was when it was accepted. */
async function acceptedResult(project: string, entry: ChampionEntry, deps: BaseDeps): Promise<BaseResult> {
  const evaluated = await evaluatedToday(project, entry, deps);
  const ref = { project, step: 'train' } as const;
  const made = await runsThatMade(ref, entry.model.digest, deps);
  const documents = await Promise.all(
    (made?.runs ?? []).map(async ({ key, document }) => {
      const run = await deps.runs.read(key);
      return run?.result.outputs['model']?.digest === entry.model.digest ? [document] : [];
    }),
  );
  return {
    found: { by: 'accepted', at: entry.at, because: entry.because, revision: entry.revision },
    ...{ model: entry.model.digest, seed: entry.seed, document: documents.flat()[0] },
    predictions: evaluated?.outputs['predictions'] ?? entry.predictions,
    metrics: evaluated?.metrics ?? entry.metrics,
  };
}

async function evaluatedToday(
  project: string,
  { model, seed, params }: ChampionEntry,
  { results, runs }: BaseDeps,
): Promise<Pick<ManifestRun, 'outputs' | 'metrics'> | undefined> {
  const inputs = { model: { kind: 'model', project, ref: model } } as const;
  try {
    const { runs: planned } = await results.planWith({ project, step: 'evaluate' }, { seed, params, inputs });
    return planned[0] && (await runs.find(planned[0].key));
  } catch (error) {
    // What is planned for today may be broken; what was measured then still stands.
    if (isMlError(error)) return undefined;
    throw error;
  }
}

async function resultAtCommit(
  project: string,
  revision: string,
  deps: BaseDeps,
): Promise<BaseResult | undefined> {
  const groups = await listRuns(project, 'train', deps);
  if (groups.length === 0) return undefined;
  const root = deps.workspace.mlProject(project)?.root ?? project;
  const history = await deps.history.read(project);
  const { group, found } = await findSide(revision, { root, groups, history }, deps.commits);
  const [run] = group.runs;
  const model = run?.result.outputs['model']?.digest;
  if (run === undefined || model === undefined) return undefined;
  return {
    found: { by: 'commit', revision, exact: found.by !== 'commit' || found.exact },
    ...{ model, seed: run.seed, document: run.document },
    predictions: run.evaluation?.result.outputs['predictions'],
    metrics: run.evaluation?.result.metrics ?? {},
  };
}

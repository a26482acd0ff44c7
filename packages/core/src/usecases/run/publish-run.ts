import { join } from 'node:path';

import type { Engine } from '../../engine/index.js';
import type { EnvironmentProbe } from '../../environment/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import { keptFolder, logPath, stepId } from '../../layout/index.js';
import type { RunRecord, RunResult } from '../../documents/index.js';
import { paramsId } from '../../provenance/index.js';
import { collectOutputs } from './collect-outputs.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { RunFolder } from './run-folder.js';
import type { RunStore, Stores } from '../records/run-store.js';

export interface PublishDeps {
  /** Absolute. */
  readonly root: string;
  readonly stores: Stores;
  readonly runs: RunStore;
  readonly engine: Engine;
  readonly environment: EnvironmentProbe;
  /** Name of this machine, for the run's record. */
  readonly host: string;
  /** The plan of the same step from the files as they are now. */
  readonly replan: () => Promise<StepPlan>;
}

/** Where people find what a run left; workspace-relative. */
export interface RunPlaces {
  readonly log: string;
  /** Of what it made, where that could not be published. */
  readonly kept: string;
}

export function placesOf({ ref }: StepPlan, { seed }: PlannedRun): RunPlaces {
  return { log: logPath(ref, seed), kept: keptFolder(ref, seed) };
}

export interface PublishContext {
  readonly folder: RunFolder;
  readonly places: RunPlaces;
  readonly deps: PublishDeps;
  readonly record: Pick<RunRecord, 'startedAt' | 'durationMs' | 'commit' | 'branch' | 'dirty'>;
}

/**
 * Checks what a command left that ended well, stores it, and publishes it under the run's key.
 *
 * @throws MlError for what cannot be published; it is set aside, and the error says where.
 */
export async function publishRun(
  plan: StepPlan,
  run: PlannedRun,
  context: PublishContext,
): Promise<RunResult> {
  try {
    return await publish(plan, run, context);
  } catch (error) {
    if (isMlError(error)) throw keepRefused(error, context);
    throw error;
  }
}

async function publish(
  plan: StepPlan,
  run: PlannedRun,
  { folder, deps, record }: PublishContext,
): Promise<RunResult> {
  const { ref, spec } = plan;
  const stored = await deps.stores.objects.batch(async (writer) => {
    const result = await collectOutputs({ ref, seed: run.seed, spec, folder, writer });
    await refuseChangedInputs(plan, run, deps);
    const { digest: log } = await writer.putFile(folder.log);
    const documents = { result, record: { ...recordOf(plan, run, deps), ...record, log } };
    return deps.runs.store({ ...documents, document: run.document }, writer);
  });
  return deps.runs.publish(run.key, stored);
}

function recordOf(
  { ref, params }: StepPlan,
  { key, seed }: PlannedRun,
  { host, environment, engine }: PublishDeps,
): Omit<RunRecord, 'startedAt' | 'durationMs' | 'log'> {
  return {
    formatVersion: 1,
    key,
    project: ref.project,
    step: ref.step,
    seed,
    paramsId: paramsId(params),
    host,
    platform: environment.platform,
    engine: engine.name,
  };
}

/** What cannot be published may still be hours of work. */
function keepRefused(
  { code, message, fix, detail, cause }: MlError,
  { folder, deps, places: { log, kept } }: PublishContext,
): MlError {
  folder.keepLog(join(deps.root, log));
  folder.keep(join(deps.root, kept));
  return new MlError(code, { message, fix: `${fix} What it made is kept in ${kept}.`, detail, cause });
}

/** A result is published only if the files that its key names are still what they were when the command started. */
async function refuseChangedInputs(plan: StepPlan, run: PlannedRun, deps: PublishDeps): Promise<void> {
  const now = (await deps.replan()).runs.find((candidate) => candidate.seed === run.seed);
  if (now?.key === run.key) return;
  const before = new Map(run.document.code.map(({ path, digest }) => [path, digest]));
  const after = new Map((now?.document.code ?? []).map(({ path, digest }) => [path, digest]));
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  throw new MlError('ERR_ML_INPUT_CHANGED', {
    message: `${stepId(plan.ref)} ran while ${changed.slice(0, 3).join(', ') || 'one of its inputs'} was edited, so its result belongs to neither version`,
    fix: 'Nothing was published. Run it again.',
  });
}

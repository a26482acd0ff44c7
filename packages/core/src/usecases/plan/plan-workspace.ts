import type { MlError } from '../../kernel/index.js';
import { isMlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import type { MlTaskRef, StepRef } from '../../layout/index.js';
import { allStepsOf, stepsOf } from '../../manifest/index.js';
import type { Forecaster, StepForecast } from './forecast-steps.js';
import type { UnseenData } from '../given/given-foreign.js';
import { lostResults } from './lost-results.js';
import type { LostResult } from './lost-results.js';
import type { Workspace } from '../ports.js';
import { remoteResults } from './remote-results.js';
import type { RemoteResult, RemoteResultsDeps } from './remote-results.js';
import { RunTimes } from '../records/run-times.js';
import type { RunTimesDeps } from '../records/run-times.js';
import { upstreamOf } from './upstream.js';

/** What would become of a step, and what that costs. Times are those of its commands, one after the other. */
export interface PlannedStep {
  readonly ref: StepRef;
  readonly state: StepForecast['state'];
  /** Runs that would be executed; for a step that waits, all that could be. */
  readonly runs: number;
  readonly seeds: number;
  /** Milliseconds that they would take, by earlier runs of the step; undefined where there is none. */
  readonly predictedMs?: number;
  /** Milliseconds that its known results took when they were made. */
  readonly sparedMs: number;
  /** GPUs that each run holds. */
  readonly gpus: number;
  readonly waitsFor: readonly MlTaskRef[];
  /** Of a current step whose bytes are not in the store. */
  readonly lost?: LostResult;
  /** Of a current or restored step: what comes from the remote when something reads it. */
  readonly remote?: RemoteResult;
  /** Of a dataset whose identity is known only when its bytes were seen. */
  readonly unseen?: UnseenData;
  readonly error?: MlError;
}

export interface PlanWorkspaceDeps extends RunTimesDeps, RemoteResultsDeps {
  readonly workspace: Workspace;
  readonly forecaster: Forecaster;
}

/**
 * Foretells the steps of projects and all that those read from, in the order of the projects given, each once.
 * Nothing is run and nothing written.
 */
export async function planWorkspace(
  projects: readonly string[],
  deps: PlanWorkspaceDeps,
): Promise<readonly PlannedStep[]> {
  const times = new RunTimes(deps);
  const refs = withUpstream(projects, deps);
  const foretold = await Promise.all(
    refs.map(async (ref) => ({ ref, forecast: await deps.forecaster.of(ref) })),
  );
  const losses = await lostResults(foretold, deps);
  const afar = await remoteResults(foretold, losses, deps);
  return Promise.all(
    foretold.map(async ({ ref, forecast }) => {
      const planned = await plannedStep(ref, forecast, times);
      const [lost, remote] = [losses.get(stepId(ref)), afar.get(stepId(ref))];
      return {
        ...planned,
        ...(lost === undefined ? {} : { lost }),
        ...(remote === undefined ? {} : { remote }),
      };
    }),
  );
}

/** What Nx runs with the steps of a project: these, and before them what they read. */
function withUpstream(
  projects: readonly string[],
  { workspace, forecaster }: Pick<PlanWorkspaceDeps, 'workspace' | 'forecaster'>,
): readonly StepRef[] {
  const described = forecaster.foretellsPackages ? allStepsOf : stepsOf;
  const found = new Map<string, StepRef>();
  const visit = (ref: StepRef): void => {
    if (found.has(stepId(ref))) return;
    const project = readable(ref.project, workspace);
    for (const { ref: upstream } of project === undefined ? [] : upstreamOf(project, ref)) visit(upstream);
    found.set(stepId(ref), ref);
  };
  for (const name of projects) {
    const project = readable(name, workspace);
    // What a broken ml.yaml would have said is not known; asked for any step it tells what is wrong.
    const steps =
      project === undefined ? (['train'] as const) : described(project.config).map(({ step }) => step);
    for (const step of steps) visit({ project: name, step });
  }
  return [...found.values()];
}

function readable(name: string, workspace: Workspace): ReturnType<Workspace['mlProject']> {
  try {
    return workspace.mlProject(name);
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}

async function plannedStep(ref: StepRef, forecast: StepForecast, times: RunTimes): Promise<PlannedStep> {
  if (forecast.state === 'broken') return { ...empty(ref, 'broken'), error: forecast.error };
  if (forecast.state === 'waits') {
    const { spec } = forecast.description;
    const predictedMs = await times.predict(ref, spec.seeds);
    return {
      ...empty(ref, 'waits'),
      runs: spec.seeds.length,
      seeds: spec.seeds.length,
      gpus: spec.resources.gpu,
      waitsFor: forecast.on,
      ...(predictedMs === undefined ? {} : { predictedMs }),
    };
  }
  const { plan } = forecast;
  const missing = forecast.state === 'run' ? forecast.missing : [];
  const known = plan.runs.filter((run) => !missing.includes(run));
  const predictedMs =
    missing.length === 0
      ? 0
      : await times.predict(
          ref,
          missing.map(({ seed }) => seed),
        );
  return {
    ...empty(ref, forecast.state),
    runs: missing.length,
    seeds: plan.runs.length,
    gpus: plan.spec.resources.gpu,
    sparedMs: await times.spent(known.map(({ key }) => key)),
    ...(forecast.state === 'run' && forecast.unseen !== undefined ? { unseen: forecast.unseen } : {}),
    ...(predictedMs === undefined ? {} : { predictedMs }),
  };
}

function empty(ref: StepRef, state: StepForecast['state']): PlannedStep {
  return { ref, state, runs: 0, seeds: 0, sparedMs: 0, gpus: 0, waitsFor: [] };
}

import { join } from 'node:path';

import type { Job, JobOutcome, JobWatcher, Progress } from '../../engine/index.js';
import { hexOf, isMlError, MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { encodeRunDocument } from '../../manifest/index.js';
import type { Revision, RunResult } from '../../documents/index.js';
import type { RunDocument } from '../../manifest/index.js';
import { commandWords, programKind, renderCommand } from '../../provenance/index.js';
import type { KeyInput } from '../../provenance/index.js';
import { outputFolder } from './collect-outputs.js';
import { commandEnvironment } from './command-environment.js';
import type { EventSink } from '../events.js';
import { failureOf } from './failures.js';
import { runFolder, stepId } from '../../layout/index.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import { placesOf, publishRun } from './publish-run.js';
import type { PublishDeps, RunPlaces } from './publish-run.js';
import { writePythonPrograms } from './python-programs.js';
import { redactLog } from './redact-log.js';
import { RunFolder } from './run-folder.js';

export interface ExecuteDeps extends PublishDeps {
  /** The state of the repository now, for records. */
  readonly revision: () => Promise<Revision | undefined>;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** Tells this process from all others; marks what it might leave behind when it is killed. */
  readonly processMark: string;
}

export interface ExecuteContext {
  readonly deps: ExecuteDeps;
  /** The GPUs lent to the command. */
  readonly gpus: readonly string[];
  readonly signal: AbortSignal;
  /** Workspace-relative: where the log goes, and what could not be published. Default: those of the step and seed. */
  readonly places?: RunPlaces | undefined;
  /** Called for every line of progress, in order. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called when the command and all that it started are gone: what it held can be lent to the next. */
  readonly commandEnded: () => Promise<void>;
}

/**
 * Runs one command under its run key and publishes what it left.
 *
 * @throws MlError for everything that the command or its surroundings can do wrong; then nothing is published.
 */
export async function executeRun(
  plan: StepPlan,
  run: PlannedRun,
  { deps, gpus, signal, onProgress, commandEnded, places = placesOf(plan, run) }: ExecuteContext,
): Promise<RunResult> {
  // One process runs a key once at a time: see claimRun.
  const attempt = `${hexOf(run.key).slice(0, 12)}@${deps.processMark}`;
  const folder = new RunFolder(runFolder(deps.root, plan.ref, attempt));
  const log = join(deps.root, places.log);
  const started = { wall: deps.clock.now(), monotonic: deps.clock.monotonic() };
  const elapsedMs = (): number => deps.clock.monotonic() - started.monotonic;
  const revision = deps.revision();
  deps.emit({ type: 'run-started', ref: plan.ref, seed: run.seed });
  let ok = false;
  try {
    await prepareFolder(plan, run, folder, deps);
    const outcome = await runCommand({
      plan,
      run,
      folder,
      gpus,
      deps,
      signal,
      onProgress,
      elapsedMs,
      attempt,
    });
    await commandEnded();
    await redactLog(folder.log, secretValues(plan, deps));
    if (outcome.state !== 'exited' || outcome.code !== 0)
      throw await failureOf(outcome, { plan, run, log: folder.log });
    const record = {
      startedAt: new Date(started.wall).toISOString(),
      durationMs: Math.round(elapsedMs()),
      ...(await revision),
    };
    const published = await publishRun(plan, run, { folder, deps, record, places });
    ok = true;
    return published;
  } finally {
    deps.emit({ type: 'run-ended', ref: plan.ref, seed: run.seed, ok, elapsedMs: elapsedMs() });
    await tidyUp(folder, log);
  }
}

async function tidyUp(folder: RunFolder, log: string): Promise<void> {
  try {
    folder.keepLog(log);
  } catch {
    // The log is a comfort; its loss must not hide the run's own end.
  }
  await folder.remove();
}

function secretValues({ spec }: StepPlan, { environment }: ExecuteDeps): readonly string[] {
  return spec.environment.secrets.flatMap((name) => environment.variables[name] ?? []);
}

/** Who made what the store has lost can make it again. */
function withMaker(error: unknown, input: KeyInput | undefined): unknown {
  const lost = isMlError(error) && ['ERR_ML_OBJECT_MISSING', 'ERR_ML_OBJECT_CORRUPT'].includes(error.code);
  if (!lost || input === undefined) return error;
  const { code, message, detail, cause } = error;
  // A remote that failed tells its own mend.
  const first = isMlError(cause) ? `${cause.fix} ` : '';
  const step = input.kind === 'data' ? 'data' : 'train';
  const fix = `${first}Make it again: nx run ${input.project}:${step} --skip-nx-cache (or fetch it from a store that has it).`;
  return new MlError(code, { message, fix, detail, cause });
}

async function prepareFolder(
  plan: StepPlan,
  run: PlannedRun,
  folder: RunFolder,
  deps: ExecuteDeps,
): Promise<void> {
  folder.create([outputFolder(plan.ref.step)]);
  for (const [name, ref] of Object.entries(run.inputs)) {
    try {
      await deps.stores.objects.materialise(ref, folder.input(name));
    } catch (error) {
      throw withMaker(error, run.document.inputs[name]);
    }
  }
  if (commandWords(plan.spec.command).some((word) => programKind(word) === 'python')) {
    const python = await deps.environment.python(plan.spec.environment.python);
    writePythonPrograms(folder.programs, python);
  }
  folder.write(encodeRunDocument(runDocument(plan, run, folder)));
}

function runDocument(plan: StepPlan, run: PlannedRun, folder: RunFolder): RunDocument {
  const output = outputFolder(plan.ref.step);
  return {
    formatVersion: 1,
    project: plan.ref.project,
    step: plan.ref.step,
    seed: run.seed,
    params: plan.params,
    inputs: Object.fromEntries(Object.keys(run.inputs).map((name) => [name, folder.input(name)])),
    outputs: {
      [output]: folder.output(output),
      metrics: folder.metrics,
      predictions: folder.predictions,
      progress: folder.progress,
    },
  };
}

interface RunCommandInput {
  readonly plan: StepPlan;
  readonly run: PlannedRun;
  readonly folder: RunFolder;
  readonly gpus: readonly string[];
  readonly deps: ExecuteDeps;
  readonly signal: AbortSignal;
  readonly onProgress: ExecuteContext['onProgress'];
  readonly elapsedMs: () => number;
  readonly attempt: string;
}

async function runCommand(input: RunCommandInput): Promise<JobOutcome> {
  const { plan, run, deps, elapsedMs, signal, onProgress } = input;
  const watcher: JobWatcher = {
    progress: (progress) => {
      const { ref } = plan;
      deps.emit({ type: 'run-progress', ref, seed: run.seed, progress, elapsedMs: elapsedMs() });
    },
    ...(onProgress === undefined ? {} : { line: onProgress }),
  };
  return deps.engine.run(jobOf(input), watcher, signal);
}

function jobOf({ plan, run, folder, gpus, deps, attempt }: RunCommandInput): Job {
  const { spec, params, ref, project, pythonRoots } = plan;
  const { inputs, outputs } = runDocument(plan, run, folder);
  const cwd = join(deps.root, project.root);
  const values = { params, seed: run.seed ?? 0, inputs, outputs: { ...outputs } };
  return {
    id: attempt,
    command: renderCommand(spec.command, values, stepId(ref)),
    cwd,
    env: commandEnvironment({
      spec,
      variables: deps.environment.variables,
      runDocument: folder.document,
      programs: [folder.programs, join(cwd, 'node_modules/.bin'), join(deps.root, 'node_modules/.bin')],
      pythonRoots: pythonRoots.map((path) => join(deps.root, path)),
      gpus,
    }),
    logFile: folder.log,
    progressFile: folder.progress,
    resources: spec.resources,
    ...(spec.timeout === undefined ? {} : { timeout: spec.timeout }),
  };
}

import type { WorkspaceData } from '../../data/index.js';
import type { RunResult, StepManifest } from '../../documents/index.js';
import type { Lease } from '../../engine/index.js';
import { taskResults } from '../../scheduler/index.js';
import type { JobNode, JobTurn, SkipReason, TaskNode, TaskResult } from '../../scheduler/index.js';
import { ensureGiven } from '../given/data-source.js';
import { executeRun } from './execute-run.js';
import type { ExecuteDeps } from './execute-run.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import { refusePointerText } from '../given/lfs-files.js';
import type { StepRef } from '../../layout/index.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { MlProject } from '../ports.js';
import { recordStep } from './record-step.js';
import type { RecordStepDeps } from './record-step.js';
import { StepResults } from '../plan/step-results.js';
import { upstreamOf } from '../plan/upstream.js';
import { acquireLease, claimRun } from './wait-for-turn.js';
import type { WaitDeps } from './wait-for-turn.js';

export interface StepTask extends TaskNode {
  readonly ref: StepRef;
}

/** How a step ended. */
export type StepOutcome =
  | {
      readonly state: 'executed' | 'restored';
      readonly manifest: StepManifest;
      readonly executedRuns: number;
    }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'skipped'; readonly because: string };

export interface RunStepsInput {
  readonly tasks: readonly StepTask[];
  /** Most commands at once. */
  readonly parallel: number;
  readonly deps: RunStepsDeps;
  readonly signal: AbortSignal;
}

export interface RunStepsDeps extends Omit<ExecuteDeps, 'replan'>, RecordStepDeps, WaitDeps {
  readonly foreign: ForeignTrees;
  /** Data in the workspace; what did not change is not read. */
  readonly data: WorkspaceData;
}

/** One step's end; times in milliseconds since the epoch. */
export interface StepEnd {
  readonly task: StepTask;
  readonly outcome: StepOutcome;
  readonly startTime: number;
  readonly endTime: number;
}

/**
 * Brings steps up to date: each is restored where its result is known, and executed where it is not. Yields each as it
 * ends; one that fails stops only what depends on it.
 */
export function runSteps(input: RunStepsInput): AsyncGenerator<StepEnd, void, undefined> {
  return new StepRunner(input).run();
}

interface SeedJob extends JobNode {
  readonly run: PlannedRun;
}

interface Progress {
  readonly plan: StepPlan;
  readonly results: Map<number | null, RunResult>;
  executedRuns: number;
  /** A command of the step was started. Its time counts from there: waiting for a slot is no work. */
  started: boolean;
  manifest?: StepManifest;
}

class StepRunner {
  readonly #input: RunStepsInput;
  readonly #results: StepResults;
  readonly #executeDeps: ExecuteDeps;
  readonly #progress = new Map<string, Progress>();
  readonly #startTimes = new Map<string, number>();
  readonly #given = new Map<string, Promise<RunResult | undefined>>();

  constructor(input: RunStepsInput) {
    this.#input = input;
    this.#results = new StepResults({ ...input.deps, bring: (project) => this.#ensureGiven(project) });
    this.#executeDeps = { ...input.deps, replan: (plan) => this.#results.plan(plan.ref, { fresh: true }) };
  }

  async *run(): AsyncGenerator<StepEnd, void, undefined> {
    const { tasks, parallel, signal, deps } = this.#input;
    const { gpus, memory } = deps.slots.capacity;
    const results = taskResults<StepTask, SeedJob>({
      tasks,
      limits: { parallel, gpu: gpus.length, memory },
      signal,
      resolve: (task) => this.#resolve(task),
      run: (task, job, turn) => this.#run(task, job, turn),
      finish: (task) => this.#finish(task),
    });
    for await (const result of results) yield this.#end(result);
  }

  /** Restores what is known; what is left to run comes back as jobs. */
  async #resolve(task: StepTask): Promise<readonly SeedJob[]> {
    this.#startTimes.set(task.id, this.#input.deps.clock.now());
    const plan = await this.#results.plan(task.ref);
    const progress: Progress = { plan, results: new Map(), executedRuns: 0, started: false };
    this.#progress.set(task.id, progress);
    const source = await this.#ensureGiven(plan.project);
    for (const run of plan.runs) {
      const result = source ?? (await this.#input.deps.runs.find(run.key));
      if (result !== undefined) progress.results.set(run.seed, result);
    }
    const missing = plan.runs.filter((run) => !progress.results.has(run.seed));
    if (missing.length === 0) await this.#finish(task);
    else await this.#prepareToRun(plan);
    return missing.map((run) => ({ id: String(run.seed), resources: plan.spec.resources, run }));
  }

  async #prepareToRun(plan: StepPlan): Promise<void> {
    refusePointerText(
      plan.code.map(({ path }) => path),
      this.#input.deps.workspace,
    );
    await this.#ensureInputs(plan);
  }

  /** The bytes of upstream datasets that run no command may not be in the store yet: a cache of Nx spared their step. */
  async #ensureInputs(plan: StepPlan): Promise<void> {
    for (const { ref } of upstreamOf(plan.project, plan.ref)) {
      const project = this.#results.mlProject(ref.project, plan.project.root);
      if (ref.step === 'data') await this.#ensureGiven(project);
    }
  }

  /** Once for each dataset, however many models read it. */
  #ensureGiven(project: MlProject): Promise<RunResult | undefined> {
    const known = this.#given.get(project.name) ?? ensureGiven(project, this.#input.deps);
    this.#given.set(project.name, known);
    return known;
  }

  async #run(task: StepTask, job: SeedJob, jobTurn: JobTurn): Promise<void> {
    const { deps } = this.#input;
    const progress = this.#progressOf(task);
    const turn = await claimRun(progress.plan, job.run, { deps, signal: jobTurn.signal });
    try {
      if ('result' in turn) progress.results.set(job.run.seed, turn.result);
      else await this.#execute(task, job, jobTurn);
    } finally {
      await turn.claim?.release();
    }
  }

  async #execute(task: StepTask, job: SeedJob, { signal, free }: JobTurn): Promise<void> {
    const { deps } = this.#input;
    const progress = this.#progressOf(task);
    const lease = await acquireLease(progress.plan, job.run, { deps, signal });
    if (!progress.started) this.#startTimes.set(task.id, deps.clock.now());
    progress.started = true;
    let held: Lease | undefined = lease;
    const giveBack = async (): Promise<void> => {
      const given = held;
      held = undefined;
      await given?.release();
    };
    const commandEnded = async (): Promise<void> => {
      await giveBack();
      free();
    };
    try {
      const context = { deps: this.#executeDeps, gpus: lease.gpus, signal, commandEnded };
      progress.results.set(job.run.seed, await executeRun(progress.plan, job.run, context));
      progress.executedRuns += 1;
    } finally {
      await giveBack();
    }
  }

  async #finish(task: StepTask): Promise<void> {
    const progress = this.#progressOf(task);
    progress.manifest = this.#results.learn(progress.plan, progress.results);
    await recordStep(progress.plan, progress.manifest, this.#input.deps);
  }

  #end(result: TaskResult<StepTask>): StepEnd {
    const { task } = result;
    const endTime = this.#input.deps.clock.now();
    return {
      task,
      outcome: this.#outcome(result),
      startTime: this.#startTimes.get(task.id) ?? endTime,
      endTime,
    };
  }

  #outcome(result: TaskResult<StepTask>): StepOutcome {
    if (result.state === 'failed') return { state: 'failed', error: result.error };
    if (result.state === 'skipped') return { state: 'skipped', because: skipText(result.because) };
    const { manifest, executedRuns } = this.#progressOf(result.task);
    if (manifest === undefined) throw new Error(`${result.task.id} ended without a manifest`);
    return { state: executedRuns > 0 ? 'executed' : 'restored', manifest, executedRuns };
  }

  #progressOf(task: StepTask): Progress {
    const progress = this.#progress.get(task.id);
    if (progress === undefined) throw new Error(`${task.id} was never resolved`);
    return progress;
  }
}

function skipText(because: SkipReason): string {
  return because.reason === 'cancelled' ? 'the run was cancelled' : `${because.task} failed`;
}

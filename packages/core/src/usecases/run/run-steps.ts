import type { SigningKey, TrustedKey } from '../../bundle/index.js';
import type { WorkspaceData } from '../../data/index.js';
import type { RunResult } from '../../documents/index.js';
import type { Lease } from '../../engine/index.js';
import { taskResults } from '../../scheduler/index.js';
import type { JobNode, JobTurn, SkipReason, TaskResult } from '../../scheduler/index.js';
import type { ObjectRef } from '../../store/index.js';
import { ensureGiven } from '../given/data-source.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import { refusePointerText } from '../given/lfs-files.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import { StepResults } from '../plan/step-results.js';
import { upstreamOf } from '../plan/upstream.js';
import type { MlProject } from '../ports.js';
import { executeRun } from './execute-run.js';
import type { ExecuteDeps } from './execute-run.js';
import type { RecordStepDeps } from './record-step.js';
import { StepWork } from './step-work.js';
import type { DoneOutcome, MlTask, TaskOutcome, TaskWork } from './task-work.js';
import { acquireLease, claimRun } from './wait-for-turn.js';
import type { WaitDeps } from './wait-for-turn.js';

export interface RunStepsInput {
  readonly tasks: readonly MlTask[];
  /** Most commands at once. */
  readonly parallel: number;
  readonly deps: RunStepsDeps;
  readonly signal: AbortSignal;
}

export interface RunStepsDeps extends Omit<ExecuteDeps, 'replan'>, RecordStepDeps, WaitDeps {
  readonly foreign: ForeignTrees;
  /** Data in the workspace; what did not change is not read. */
  readonly data: WorkspaceData;
  /** Signs bundles; undefined: they are not signed here. */
  readonly signingKey?: (() => SigningKey | undefined) | undefined;
  /** Whose signature a bundle needs before it is promoted. */
  readonly trustedKeys?: (() => readonly TrustedKey[]) | undefined;
  /** Brings objects to where others find them, before a registry names them. */
  readonly publish?: ((refs: readonly ObjectRef[]) => Promise<void>) | undefined;
  /** Keeps workspaces apart that share a store. */
  readonly workspaceId: string;
}

/** One task's end; times in milliseconds since the epoch. */
export interface TaskEnd {
  readonly task: MlTask;
  readonly outcome: TaskOutcome;
  readonly startTime: number;
  readonly endTime: number;
}

/**
 * Brings tasks up to date: each is restored where its result is known, and executed where it is not. Yields each as it
 * ends; one that fails stops only what depends on it.
 */
export function runSteps(input: RunStepsInput): AsyncGenerator<TaskEnd, void, undefined> {
  return new StepRunner(input).run();
}

interface SeedJob extends JobNode {
  readonly plan: StepPlan;
  readonly run: PlannedRun;
}

interface Progress {
  readonly work: TaskWork;
  /** A command of the task was started. Its time counts from there: waiting for a slot is no work. */
  started: boolean;
  outcome?: DoneOutcome;
}

class StepRunner {
  readonly #input: RunStepsInput;
  readonly #results: StepResults;
  readonly #progress = new Map<string, Progress>();
  readonly #startTimes = new Map<string, number>();
  readonly #given = new Map<string, Promise<RunResult | undefined>>();

  constructor(input: RunStepsInput) {
    this.#input = input;
    this.#results = new StepResults({ ...input.deps, bring: (project) => this.#ensureGiven(project) });
  }

  async *run(): AsyncGenerator<TaskEnd, void, undefined> {
    const { tasks, parallel, signal, deps } = this.#input;
    const { gpus, memory } = deps.slots.capacity;
    const results = taskResults<MlTask, SeedJob>({
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
  async #resolve(task: MlTask): Promise<readonly SeedJob[]> {
    this.#startTimes.set(task.id, this.#input.deps.clock.now());
    const work = await this.#workOf(task);
    this.#progress.set(task.id, { work, started: false });
    const { plan, runs } = await work.resolve();
    if (runs.length === 0) await this.#finish(task);
    else await this.#prepareToRun(plan);
    return runs.map((run) => ({ id: String(run.seed), resources: plan.spec.resources, plan, run }));
  }

  async #workOf({ ref: { project, step } }: MlTask): Promise<TaskWork> {
    const deps = { ...this.#input.deps, results: this.#results };
    const ensureGiven = (each: MlProject): Promise<RunResult | undefined> => this.#ensureGiven(each);
    if (step === 'package') {
      const { PackageWork } = await import('../package/package-work.js');
      return new PackageWork(project, deps);
    }
    if (step === 'promote') {
      const { PromoteWork } = await import('../promote/promote-work.js');
      return new PromoteWork(project, deps);
    }
    if (step !== 'gate') return new StepWork({ project, step }, { ...deps, ensureGiven });
    // What judges is large, and few batches do.
    const { GateWork } = await import('../gate/gate-work.js');
    return new GateWork(project, deps);
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

  async #run(task: MlTask, job: SeedJob, jobTurn: JobTurn): Promise<void> {
    const { work } = this.#progressOf(task);
    try {
      await this.#runInTurn(task, job, jobTurn);
    } catch (error) {
      if (jobTurn.signal.aborted || !work.goesOnWithout(job.run, error)) throw error;
    }
  }

  async #runInTurn(task: MlTask, { plan, run }: SeedJob, jobTurn: JobTurn): Promise<void> {
    const { deps } = this.#input;
    const { work } = this.#progressOf(task);
    const turn = await claimRun(plan, run, { deps, signal: jobTurn.signal });
    try {
      if ('result' in turn) work.take(run, turn.result, 'restored');
      else work.take(run, await this.#execute(task, { plan, run }, jobTurn), 'executed');
    } finally {
      await turn.claim?.release();
    }
  }

  async #execute(
    task: MlTask,
    { plan, run }: Pick<SeedJob, 'plan' | 'run'>,
    { signal, free }: JobTurn,
  ): Promise<RunResult> {
    const { deps } = this.#input;
    const progress = this.#progressOf(task);
    const lease = await acquireLease(plan, run, { deps, signal });
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
    const executeDeps = { ...deps, replan: () => progress.work.replan() };
    try {
      return await executeRun(plan, run, { deps: executeDeps, gpus: lease.gpus, signal, commandEnded });
    } finally {
      await giveBack();
    }
  }

  async #finish(task: MlTask): Promise<void> {
    const progress = this.#progressOf(task);
    progress.outcome = await progress.work.finish();
    // What the gate holds back must not be packaged in the same breath: to the scheduler it failed.
    if (isHeld(progress.outcome)) throw new Held();
  }

  #end(result: TaskResult<MlTask>): TaskEnd {
    const { task } = result;
    const endTime = this.#input.deps.clock.now();
    const startTime = this.#startTimes.get(task.id) ?? endTime;
    return { task, outcome: this.#outcome(result), startTime, endTime };
  }

  #outcome(result: TaskResult<MlTask>): TaskOutcome {
    if (result.state === 'failed' && !(result.error instanceof Held))
      return { state: 'failed', error: result.error };
    if (result.state === 'skipped') return { state: 'skipped', because: skipText(result.because) };
    const { outcome } = this.#progressOf(result.task);
    if (outcome === undefined) throw new Error(`${result.task.id} ended without an outcome`);
    return outcome;
  }

  #progressOf(task: MlTask): Progress {
    const progress = this.#progress.get(task.id);
    if (progress === undefined) throw new Error(`${task.id} was never resolved`);
    return progress;
  }
}

/** Stops what depends on a gate, and is told as the gate’s answer. */
class Held extends Error {}

function isHeld(outcome: DoneOutcome): boolean {
  return outcome.state === 'judged' && outcome.answer.verdict.state !== 'pass';
}

function skipText(because: SkipReason): string {
  return because.reason === 'cancelled' ? 'the run was cancelled' : `${because.task} failed`;
}

import type { RunResult, StepManifest } from '../../documents/index.js';
import type { EvaluationReport } from '../../evaluation/index.js';
import type { MlTaskRef } from '../../layout/index.js';
import type { RunKey } from '../../provenance/index.js';
import type { PromotionPlan } from '../../registry/index.js';
import type { TaskNode } from '../../scheduler/index.js';
import type { GateAnswer } from '../gate/gate-answer.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';

export interface MlTask extends TaskNode {
  readonly ref: MlTaskRef;
}

/** How a task ended. */
export type TaskOutcome =
  | {
      readonly state: 'executed' | 'restored';
      readonly manifest: StepManifest;
      readonly executedRuns: number;
      /** Runs that the store had, of a step that the workspace did not stand at: they would have run. */
      readonly spared?: { readonly gpus: number; readonly keys: readonly RunKey[] };
      /** Of an evaluation: what its predictions come to. */
      readonly report?: EvaluationReport;
    }
  /** The gate's answer, whichever it is: that a candidate does not pass is no failure of the gate. */
  | { readonly state: 'judged'; readonly answer: GateAnswer }
  /** What it took to make the model the champion; nothing where it is. */
  | { readonly state: 'promoted'; readonly plan: PromotionPlan }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'skipped'; readonly because: string };

export type DoneOutcome = Extract<TaskOutcome, { state: 'executed' | 'restored' | 'judged' | 'promoted' }>;

/** What is left to run of a task. */
export interface RunsToDo {
  readonly plan: StepPlan;
  readonly runs: readonly PlannedRun[];
}

/** One kind of task on its way from being reached to being done. */
export interface TaskWork {
  /** Restores what is known. */
  resolve(): Promise<RunsToDo>;
  /** What resolve gave, from the files as they are now. */
  replan(): Promise<StepPlan>;
  take(run: PlannedRun, result: RunResult, how: 'executed' | 'restored'): void;
  /** @returns whether the task goes on without this run; else its error is the task's. */
  goesOnWithout(run: PlannedRun, error: unknown): boolean;
  /** All runs have ended. */
  finish(): Promise<DoneOutcome>;
}

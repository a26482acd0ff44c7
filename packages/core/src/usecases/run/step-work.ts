import type { RunResult, StepManifest } from '../../documents/index.js';
import type { EvaluationReport } from '../../evaluation/index.js';
import type { StepRef } from '../../layout/index.js';
import type { RunKey } from '../../provenance/index.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { StepResults } from '../plan/step-results.js';
import type { MlProject } from '../ports.js';
import type { RunStore, Stores } from '../records/run-store.js';
import { recordStep } from './record-step.js';
import type { RecordStepDeps } from './record-step.js';
import type { DoneOutcome, RunsToDo, TaskWork } from './task-work.js';

export interface StepWorkDeps extends RecordStepDeps {
  readonly stores: Stores;
  readonly runs: RunStore;
  readonly results: StepResults;
  /** What a dataset that runs no command holds. */
  readonly ensureGiven: (project: MlProject) => Promise<RunResult | undefined>;
}

/** A step: one run a seed, and the manifest of them all. */
export class StepWork implements TaskWork {
  readonly #ref: StepRef;
  readonly #deps: StepWorkDeps;
  readonly #results = new Map<number | null, RunResult>();
  #executedRuns = 0;
  #found: readonly RunKey[] = [];

  constructor(ref: StepRef, deps: StepWorkDeps) {
    this.#ref = ref;
    this.#deps = deps;
  }

  async resolve(): Promise<RunsToDo> {
    const plan = await this.#plan();
    const source = await this.#deps.ensureGiven(plan.project);
    for (const run of plan.runs) {
      const result = source ?? (await this.#deps.runs.find(run.key));
      if (result !== undefined) this.#results.set(run.seed, result);
    }
    // Given data was never made by a run, so that none of it is spared.
    if (source === undefined)
      this.#found = plan.runs.filter(({ seed }) => this.#results.has(seed)).map(({ key }) => key);
    return { plan, runs: plan.runs.filter((run) => !this.#results.has(run.seed)) };
  }

  replan(): Promise<StepPlan> {
    return this.#deps.results.plan(this.#ref, { fresh: true });
  }

  take(run: PlannedRun, result: RunResult, how: 'executed' | 'restored'): void {
    this.#results.set(run.seed, result);
    if (how === 'executed') this.#executedRuns += 1;
  }

  goesOnWithout(): boolean {
    return false;
  }

  async finish(): Promise<DoneOutcome> {
    const plan = await this.#plan();
    const manifest = this.#deps.results.learn(plan, this.#results);
    const isNews = await recordStep(plan, manifest, this.#deps);
    const executedRuns = this.#executedRuns;
    const done = {
      state: executedRuns > 0 ? ('executed' as const) : ('restored' as const),
      manifest,
      executedRuns,
      ...(isNews && this.#found.length > 0
        ? { spared: { gpus: plan.spec.resources.gpu, keys: this.#found } }
        : {}),
    };
    return this.#ref.step === 'evaluate' ? { ...done, report: await this.#report(plan, manifest) } : done;
  }

  /** What it takes to judge predictions is loaded where there may be some. */
  async #report(plan: StepPlan, manifest: StepManifest): Promise<EvaluationReport> {
    const { reportEvaluation } = await import('../evaluate/report-evaluation.js');
    return reportEvaluation(plan, manifest, this.#deps);
  }

  #plan(): Promise<StepPlan> {
    return this.#deps.results.plan(this.#ref);
  }
}

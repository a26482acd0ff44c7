import { planPackage } from '../package/package-plan.js';
import type { StepPlan } from '../plan/plan-step.js';
import type { DoneOutcome, RunsToDo, TaskWork } from '../run/task-work.js';
import { promotePackaged } from './promote-packaged.js';
import type { PromoteDeps } from './promote-packaged.js';

/** Promotes a model as the last of its steps. No command runs. */
export class PromoteWork implements TaskWork {
  readonly #project: string;
  readonly #deps: PromoteDeps;

  constructor(project: string, deps: PromoteDeps) {
    this.#project = project;
    this.#deps = deps;
  }

  async resolve(): Promise<RunsToDo> {
    return { plan: (await planPackage(this.#project, this.#deps)).plan, runs: [] };
  }

  async replan(): Promise<StepPlan> {
    return (await planPackage(this.#project, this.#deps, { fresh: true })).plan;
  }

  take(): void {
    throw new Error('a promotion runs no command');
  }

  goesOnWithout(): boolean {
    return false;
  }

  async finish(): Promise<DoneOutcome> {
    return { state: 'promoted', plan: await promotePackaged({ project: this.#project }, this.#deps) };
  }
}

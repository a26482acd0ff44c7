import type { RunResult } from '../../documents/index.js';
import { encodeVerdict } from '../../gate/index.js';
import { MlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import { paramsId } from '../../provenance/index.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { RunStore } from '../records/run-store.js';
import { recordStep } from '../run/record-step.js';
import type { RecordStepDeps } from '../run/record-step.js';
import type { DoneOutcome, RunsToDo, TaskWork } from '../run/task-work.js';
import { gatherBundle } from './gather-bundle.js';
import type { GatherDeps } from './gather-bundle.js';
import { planPackage } from './package-plan.js';
import type { PackagePlan, PackagePlanDeps } from './package-plan.js';

export interface PackageWorkDeps extends PackagePlanDeps, GatherDeps, RecordStepDeps {
  readonly runs: RunStore;
  /** Name of this machine, for the run's record. */
  readonly host: string;
  readonly environment: { readonly platform: string };
}

/** Packages a model: restored where the same was packaged before, and made in this process otherwise. No command runs. */
export class PackageWork implements TaskWork {
  readonly #project: string;
  readonly #deps: PackageWorkDeps;

  constructor(project: string, deps: PackageWorkDeps) {
    this.#project = project;
    this.#deps = deps;
  }

  async resolve(): Promise<RunsToDo> {
    const { plan } = await planPackage(this.#project, this.#deps);
    return { plan, runs: [] };
  }

  async replan(): Promise<StepPlan> {
    return (await planPackage(this.#project, this.#deps, { fresh: true })).plan;
  }

  take(): void {
    throw new Error('a package runs no command');
  }

  goesOnWithout(): boolean {
    return false;
  }

  async finish(): Promise<DoneOutcome> {
    const packaged = await planPackage(this.#project, this.#deps);
    const { plan, run } = packaged;
    const found = await this.#deps.runs.find(run.key);
    const result = found ?? (await this.#make(packaged));
    const manifest = this.#deps.results.learn(plan, new Map([[run.seed, result]]));
    await recordStep(plan, manifest, this.#deps);
    return found === undefined
      ? { state: 'executed', manifest, executedRuns: 1 }
      : { state: 'restored', manifest, executedRuns: 0 };
  }

  async #make(packaged: PackagePlan): Promise<RunResult> {
    const { stores, runs, clock } = this.#deps;
    const started = { wall: clock.now(), monotonic: clock.monotonic() };
    const revision = await this.#deps.revision();
    const stored = await stores.objects.batch(async (writer) => {
      const bundle = await gatherBundle(packaged, writer, this.#deps);
      await this.#refuseChanged(packaged.run);
      // Who packages it after it was accepted finds the same document.
      const { judged } = packaged;
      if (judged?.document !== undefined) await writer.putBytes(encodeVerdict(judged.document));
      const { digest: log } = await writer.putBytes(Buffer.from('packaged in the process of nx-ml\n'));
      const result: RunResult = { formatVersion: 1, outputs: { bundle }, metrics: {} };
      const startedAt = new Date(started.wall).toISOString();
      const durationMs = Math.round(clock.monotonic() - started.monotonic);
      const record = { ...this.#recordOf(packaged), startedAt, durationMs, log, ...revision };
      return runs.store({ result, record, document: packaged.run.document }, writer);
    });
    return runs.publish(packaged.run.key, stored);
  }

  #recordOf({ plan, run }: PackagePlan) {
    const { host, environment } = this.#deps;
    const { project, step } = plan.ref;
    const about = { formatVersion: 1, key: run.key, project, step, seed: run.seed } as const;
    return { ...about, paramsId: paramsId(plan.params), host, platform: environment.platform, engine: 'own' };
  }

  /** What was read is published only under the key that names it. */
  async #refuseChanged(run: PlannedRun): Promise<void> {
    const [now] = (await this.replan()).runs;
    if (now?.key === run.key) return;
    throw new MlError('ERR_ML_INPUT_CHANGED', {
      message: `An input of ${stepId({ project: this.#project, step: 'package' })} was edited while it was packaged`,
      fix: 'Nothing was published. Run it again.',
    });
  }
}

import type { StepManifest } from '../../documents/index.js';
import type { EnvironmentProbe } from '../../environment/index.js';
import { isMlError } from '../../kernel/index.js';
import type { MlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import type { MlTaskRef, StepRef } from '../../layout/index.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import { unseenData } from '../given/given-foreign.js';
import type { UnseenData } from '../given/given-foreign.js';
import type { PlannedInput, PlannedRun, StepDescription, StepPlan } from './plan-step.js';
import type { MlProject, Workspace } from '../ports.js';
import type { RunStore } from '../records/run-store.js';
import { StepResults } from './step-results.js';
import type { FoundResult } from './step-results.js';
import { inputOf, upstreamOf } from './upstream.js';

/** What would happen if a step were asked for now. */
export type StepForecast =
  /**
   * `current`: the result lies in the workspace, whether or not its bytes are in the store: see lostResults.
   * `restore`: it is in the store. Nothing is executed.
   */
  | {
      readonly state: 'current' | 'restore';
      readonly plan: StepPlan;
      readonly manifest: StepManifest;
      readonly from: FoundResult['from'];
    }
  /** These runs would be executed. A dataset of another tool, whose bytes nobody has seen, would be brought. */
  | {
      readonly state: 'run';
      readonly plan: StepPlan;
      readonly missing: readonly PlannedRun[];
      readonly unseen?: UnseenData;
    }
  /** It reads results that are made first; only then its own key is known. It may well be restored then. */
  | {
      readonly state: 'waits';
      readonly description: StepDescription;
      /** Steps, or for a package the gate, whose answer is part of it. */
      readonly on: readonly MlTaskRef[];
      /** What it reads and is known already, for its first seed. */
      readonly inputs: Readonly<Record<string, PlannedInput>>;
    }
  /** It would fail before it began, for a reason of its own or of a step that it needs. */
  | { readonly state: 'broken'; readonly error: MlError };

export interface ForecastDeps {
  readonly workspace: Workspace;
  readonly foreign: ForeignTrees;
  readonly environment: EnvironmentProbe;
  readonly runs: RunStore;
  /** Foretells the package of a model all of whose steps have a result. Without it no package is asked for. */
  readonly packages?: (project: string, results: StepResults) => Promise<StepForecast>;
}

/** Foretells steps from files and stores as they are; runs no command and writes nothing. */
export class Forecaster {
  readonly #deps: ForecastDeps;
  /** What it knows of the steps so far, for whoever asks on. */
  readonly results: StepResults;
  readonly #known = new Map<string, Promise<StepForecast>>();

  constructor(deps: ForecastDeps) {
    this.#deps = deps;
    this.results = new StepResults(deps);
  }

  get foretellsPackages(): boolean {
    return this.#deps.packages !== undefined;
  }

  of(ref: StepRef): Promise<StepForecast> {
    const id = stepId(ref);
    const known = this.#known.get(id) ?? this.#foretell(ref);
    this.#known.set(id, known);
    return known;
  }

  async #foretell(ref: StepRef): Promise<StepForecast> {
    try {
      const waiting = await this.#waiting(ref);
      if (waiting !== undefined) return waiting;
      if (ref.step === 'package' && this.#deps.packages !== undefined)
        return await this.#deps.packages(ref.project, this.results);
      const plan = await this.results.plan(ref);
      const found = await this.results.find(ref);
      if (found !== undefined)
        return { state: found.from === 'store' ? 'restore' : 'current', plan, ...found };
      const unseen = unseenData(plan.project, this.#deps);
      return {
        state: 'run',
        plan,
        missing: await this.#missing(plan),
        ...(unseen === undefined ? {} : { unseen }),
      };
    } catch (error) {
      if (isMlError(error)) return { state: 'broken', error };
      throw error;
    }
  }

  /** What a step waits for, or the reason why a step that it needs cannot be made; undefined when all is there. */
  async #waiting(ref: StepRef): Promise<StepForecast | undefined> {
    const project = this.results.mlProject(ref.project, 'The task');
    const inputs: Record<string, PlannedInput> = {};
    const on: StepRef[] = [];
    const reads = upstreamOf(project, ref).map((source) => ({ ...source, isRead: true }) as const);
    for (const source of [...reads, ...toldBy(project, ref)]) {
      const forecast = await this.of(source.ref);
      if (forecast.state === 'broken') return forecast;
      if (forecast.state === 'run' || forecast.state === 'waits') on.push(source.ref);
      else if (source.isRead)
        inputs[source.name] = inputOf(source, forecast.manifest, forecast.plan.runs[0]?.seed ?? null);
    }
    if (on.length === 0) return undefined;
    return { state: 'waits', description: await this.results.describe(ref), on, inputs };
  }

  async #missing(plan: StepPlan): Promise<readonly PlannedRun[]> {
    const found = await Promise.all(plan.runs.map(({ key }) => this.#deps.runs.find(key)));
    return plan.runs.filter((_, index) => found[index] === undefined);
  }
}

/** What a package tells of without reading its bytes. */
function toldBy(
  { name, config }: MlProject,
  { step }: StepRef,
): readonly { readonly ref: StepRef; readonly isRead: false }[] {
  const isTold = step === 'package' && config.kind === 'model' && config.evaluate !== undefined;
  return isTold ? [{ ref: { project: name, step: 'evaluate' }, isRead: false }] : [];
}

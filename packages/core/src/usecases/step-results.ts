import type { EnvironmentProbe } from '../environment/index.js';
import { documentBytes, isDigest, isJsonObject, isMlError, MlError } from '../kernel/index.js';
import { buildStepManifest, decodeStepManifest, encodeStepManifest } from '../manifest/index.js';
import type { RunResult, StepManifest } from '../manifest/index.js';
import { givenResult } from './data-source.js';
import { keyPath, manifestPath, stepId } from '../layout/index.js';
import type { StepRef } from '../layout/index.js';
import { nearestProject } from './nearest-project.js';
import { planStep } from './plan-step.js';
import type { InputsOfSeed, StepPlan } from './plan-step.js';
import type { MlProject, Workspace, WorkspaceWriter } from './ports.js';
import type { RunStore } from './run-store.js';
import { inputOf, notRun, upstreamOf } from './upstream.js';

export interface StepResultsDeps {
  readonly workspace: Workspace;
  readonly environment: EnvironmentProbe;
  readonly runs: RunStore;
  readonly writer: WorkspaceWriter;
}

/**
 * What each step's result is, for the workspace as it is now. A manifest that lies on disk is believed only when it
 * was written under exactly the keys that the workspace gives today: Nx may leave one of another commit there, or none.
 */
export class StepResults {
  readonly #deps: StepResultsDeps;
  readonly #plans = new Map<string, Promise<StepPlan>>();
  readonly #manifests = new Map<string, StepManifest>();

  constructor(deps: StepResultsDeps) {
    this.#deps = deps;
  }

  /** The plan of a step, made once; `fresh` makes it anew from the files as they are now and remembers nothing. */
  plan(ref: StepRef, options: { readonly fresh?: boolean } = {}): Promise<StepPlan> {
    if (options.fresh === true) return this.#makePlan(ref, this.#deps.workspace.refreshed());
    const id = stepId(ref);
    const known = this.#plans.get(id) ?? this.#makePlan(ref, this.#deps.workspace);
    this.#plans.set(id, known);
    return known;
  }

  /** Writes a step's manifest into the workspace, and beside it the key documents that it was made under. */
  async record(plan: StepPlan, results: ReadonlyMap<number | null, RunResult>): Promise<StepManifest> {
    const manifest = manifestOf(plan, results);
    this.#manifests.set(stepId(plan.ref), manifest);
    const { writer } = this.#deps;
    await writer.write(keyPath(plan.ref), documentBytes(keyDocument(plan)));
    await writer.write(manifestPath(plan.ref), encodeStepManifest(manifest));
    return manifest;
  }

  /**
   * The result of a step that ran before.
   *
   * @throws MlError ERR_ML_OBJECT_MISSING when it has none for the workspace as it is.
   */
  async result(ref: StepRef): Promise<StepManifest> {
    const known = this.#manifests.get(stepId(ref));
    if (known !== undefined) return known;
    const plan = await this.plan(ref);
    const manifest = this.#given(plan) ?? this.#fromDisk(plan) ?? (await this.#fromStore(plan));
    if (manifest === undefined) throw notRun(ref);
    this.#manifests.set(stepId(ref), manifest);
    return manifest;
  }

  /** The manifest of a dataset that runs no command: it follows from its pointer or its files. */
  #given(plan: StepPlan): StepManifest | undefined {
    const result = givenResult(plan.project, this.#deps.workspace);
    if (result === undefined) return undefined;
    return manifestOf(plan, new Map(plan.runs.map(({ seed }) => [seed, result])));
  }

  mlProject(name: string, neededBy: string): MlProject {
    const project = this.#deps.workspace.mlProject(name);
    if (project !== undefined) return project;
    throw new MlError('ERR_ML_CONFIG_REFERENCE', {
      message: `${neededBy} names "${name}", which is no project with an ml.yaml`,
      fix: nearestProject(name, this.#deps.workspace.mlProjectNames()),
    });
  }

  async #makePlan(ref: StepRef, workspace: Workspace): Promise<StepPlan> {
    const project = this.mlProject(ref.project, 'The task');
    const { environment } = this.#deps;
    return planStep({ ref, project, workspace, environment, inputs: await this.#inputs(project, ref) });
  }

  async #inputs(project: MlProject, ref: StepRef): Promise<InputsOfSeed> {
    const upstream = upstreamOf(project, ref);
    const manifests = await Promise.all(
      upstream.map(async (source) => {
        this.#checkKind(source.ref, project);
        return [source, await this.result(source.ref)] as const;
      }),
    );
    return (seed) =>
      Object.fromEntries(
        manifests.map(([source, manifest]) => [source.name, inputOf(source, manifest, seed)]),
      );
  }

  #checkKind(ref: StepRef, project: MlProject): void {
    const { config } = this.mlProject(ref.project, `${project.root}/ml.yaml`);
    const wanted = ref.step === 'data' ? 'dataset' : 'model';
    if (config.kind === wanted) return;
    throw new MlError('ERR_ML_CONFIG_REFERENCE', {
      message: `${project.root}/ml.yaml names "${ref.project}" as a ${wanted}, and it is a ${config.kind}`,
      fix: `Name it under "${config.kind === 'dataset' ? 'data' : 'models'}:", or name another project.`,
    });
  }

  #fromDisk(plan: StepPlan): StepManifest | undefined {
    const { tree } = this.#deps.workspace;
    const [keys, text] = [tree.readText(keyPath(plan.ref)), tree.readText(manifestPath(plan.ref))];
    if (keys === undefined || text === undefined || !sameKeys(keys, plan)) return undefined;
    try {
      return decodeStepManifest(Buffer.from(text));
    } catch (error) {
      if (isMlError(error)) return undefined;
      throw error;
    }
  }

  async #fromStore(plan: StepPlan): Promise<StepManifest | undefined> {
    const results = new Map<number | null, RunResult>();
    for (const { seed, key } of plan.runs) {
      const result = await this.#deps.runs.find(key);
      if (result === undefined) return undefined;
      results.set(seed, result);
    }
    return manifestOf(plan, results);
  }
}

function manifestOf(plan: StepPlan, results: ReadonlyMap<number | null, RunResult>): StepManifest {
  const runs = plan.runs.flatMap(({ seed }) => {
    const result = results.get(seed);
    return result === undefined ? [] : [{ seed, result }];
  });
  return buildStepManifest({ project: plan.ref.project, step: plan.ref.step, runs });
}

function keyDocument(plan: StepPlan): unknown {
  return {
    formatVersion: 1,
    project: plan.ref.project,
    step: plan.ref.step,
    runs: plan.runs.map(({ seed, key, document }) => ({ seed, key, document })),
  };
}

function sameKeys(text: string, plan: StepPlan): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isJsonObject(value) || !Array.isArray(value['runs'])) return false;
  const keys = value['runs'].map((run) => (isJsonObject(run) ? run['key'] : undefined));
  return (
    keys.length === plan.runs.length &&
    plan.runs.every(({ key }, index) => isDigest(keys[index]) && keys[index] === key)
  );
}

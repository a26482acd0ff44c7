import { buildStepManifest, decodeStepManifest } from '../../documents/index.js';
import type { RunResult, StepManifest } from '../../documents/index.js';
import type { EnvironmentProbe } from '../../environment/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { keysIn } from '../../provenance/index.js';
import { givenResult, isGiven } from '../given/data-source.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import { keyPath, manifestPath, stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import { nearestProject } from './nearest-project.js';
import { describeStep, planStep } from './plan-step.js';
import type {
  DescribeStepInput,
  InputsOfSeed,
  PlannedInput,
  StepDescription,
  StepPlan,
} from './plan-step.js';
import type { MlProject, Workspace } from '../ports.js';
import type { RunStore } from '../records/run-store.js';
import { stepClosures } from './step-closure.js';
import type { Closures } from './step-closure.js';
import { inputOf, notRun, upstreamOf } from './upstream.js';

export interface StepResultsDeps {
  readonly workspace: Workspace;
  readonly environment: EnvironmentProbe;
  readonly runs: RunStore;
  readonly foreign: ForeignTrees;
  /** Brings a given dataset that is not known yet, for whoever may. Without it such a dataset has no result. */
  readonly bring?: (project: MlProject) => Promise<RunResult | undefined>;
}

export interface FoundResult {
  readonly manifest: StepManifest;
  /** given: told by a pointer or by files; run: made or restored by this process. */
  readonly from: 'given' | 'workspace' | 'store' | 'run';
}

/**
 * What each step's result is, for the workspace as it is now. A manifest that lies on disk is believed only when it
 * was written under exactly the keys that the workspace gives today: Nx may leave one of another commit there, or none.
 */
export class StepResults {
  readonly #deps: StepResultsDeps;
  readonly #plans = new Map<string, Promise<StepPlan>>();
  readonly #known = new Map<string, FoundResult>();
  readonly #closures = new Map<string, Closures>();

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

  /**
   * The plan of a step that reads something else than what stands in the workspace, for one seed: an evaluation of a model
   * that was trained before, for example.
   */
  planWith(ref: StepRef, other: OtherInputs, options: { readonly fresh?: boolean } = {}): Promise<StepPlan> {
    const { workspace } = this.#deps;
    return this.#makePlan(ref, options.fresh === true ? workspace.refreshed() : workspace, other);
  }

  /** What a step's runs came to, for whoever reads it later. */
  learn(plan: StepPlan, results: ReadonlyMap<number | null, RunResult>): StepManifest {
    const manifest = manifestOf(plan, results);
    this.#known.set(stepId(plan.ref), { manifest, from: 'run' });
    return manifest;
  }

  /**
   * The result of a step that ran before.
   *
   * @throws MlError ERR_ML_OBJECT_MISSING when it has none for the workspace as it is.
   */
  async result(ref: StepRef): Promise<StepManifest> {
    const found = await this.find(ref);
    if (found === undefined) throw notRun(ref);
    return found.manifest;
  }

  /**
   * The result of a step for the workspace as it is, and where it was found.
   *
   * @returns undefined when it would have to run.
   * @throws MlError ERR_ML_OBJECT_MISSING when what it reads has no result, and those of planStep.
   */
  async find(ref: StepRef): Promise<FoundResult | undefined> {
    const known = this.#known.get(stepId(ref));
    if (known !== undefined) return known;
    const plan = await this.plan(ref);
    const found = isGiven(plan.project)
      ? await this.#given(plan)
      : (this.#fromDisk(plan) ?? (await this.#fromStore(plan)));
    if (found !== undefined) this.#known.set(stepId(ref), found);
    return found;
  }

  /** The manifest of a dataset that runs no command: it follows from its pointer or its files alone. */
  async #given(plan: StepPlan): Promise<FoundResult | undefined> {
    const result = (await givenResult(plan.project, this.#deps)) ?? (await this.#deps.bring?.(plan.project));
    if (result === undefined) return undefined;
    const manifest = manifestOf(plan, new Map(plan.runs.map(({ seed }) => [seed, result])));
    return { manifest, from: 'given' };
  }

  mlProject(name: string, neededBy: string): MlProject {
    const project = this.#deps.workspace.mlProject(name);
    if (project !== undefined) return project;
    throw new MlError('ERR_ML_CONFIG_REFERENCE', {
      message: `${neededBy} names "${name}", which is no project with an ml.yaml`,
      fix: nearestProject(name, this.#deps.workspace.mlProjectNames()),
    });
  }

  /** What of a step's keys the workspace alone tells. */
  describe(ref: StepRef): Promise<StepDescription> {
    const project = this.mlProject(ref.project, 'The task');
    return describeStep({ ...this.#description(ref, project), closures: this.#closuresOf(project) });
  }

  async #makePlan(ref: StepRef, workspace: Workspace, other?: OtherInputs): Promise<StepPlan> {
    const project = this.mlProject(ref.project, 'The task');
    const known = workspace === this.#deps.workspace ? { closures: this.#closuresOf(project) } : {};
    const standing = await this.#inputs(project, ref, other?.inputs);
    const inputs: InputsOfSeed = (seed) => ({ ...standing(seed), ...other?.inputs });
    const changed = other === undefined ? {} : { seeds: [other.seed], params: other.params };
    return planStep({ ...this.#description(ref, project), workspace, inputs, ...changed, ...known });
  }

  #description(ref: StepRef, project: MlProject): DescribeStepInput {
    const { workspace, environment } = this.#deps;
    return { ref, project, workspace, environment };
  }

  /** The steps of a project share most of what they reach, so it is followed once. */
  #closuresOf(project: MlProject): Closures {
    const known = this.#closures.get(project.name) ?? stepClosures(project, this.#deps.workspace);
    this.#closures.set(project.name, known);
    return known;
  }

  async #inputs(
    project: MlProject,
    ref: StepRef,
    without: Readonly<Record<string, unknown>> = {},
  ): Promise<InputsOfSeed> {
    const upstream = upstreamOf(project, ref).filter(({ name }) => !Object.hasOwn(without, name));
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

  #fromDisk(plan: StepPlan): FoundResult | undefined {
    const manifest = manifestOnDisk(plan, this.#deps.workspace.tree);
    return manifest && { manifest, from: 'workspace' };
  }

  async #fromStore(plan: StepPlan): Promise<FoundResult | undefined> {
    const results = new Map<number | null, RunResult>();
    for (const { seed, key } of plan.runs) {
      const result = await this.#deps.runs.find(key);
      if (result === undefined) return undefined;
      results.set(seed, result);
    }
    return { manifest: manifestOf(plan, results), from: 'store' };
  }
}

/** What one run reads instead of what stands in the workspace, by the name that the code sees. */
export interface OtherInputs {
  readonly seed: number | null;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, PlannedInput>>;
}

function manifestOf(plan: StepPlan, results: ReadonlyMap<number | null, RunResult>): StepManifest {
  const runs = plan.runs.flatMap(({ seed }) => {
    const result = results.get(seed);
    return result === undefined ? [] : [{ seed, result }];
  });
  return buildStepManifest({ project: plan.ref.project, step: plan.ref.step, runs });
}

/** The manifest of a step that lies in the workspace, where it was written under exactly the keys of this plan. */
export function manifestOnDisk(plan: StepPlan, tree: Workspace['tree']): StepManifest | undefined {
  const [keys, text] = [tree.readText(keyPath(plan.ref)), tree.readText(manifestPath(plan.ref))];
  if (keys === undefined || text === undefined || !isKeyedBy(keys, plan)) return undefined;
  try {
    return decodeStepManifest(Buffer.from(text));
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}

/** Was a step's key file written under exactly the keys of this plan? */
export function isKeyedBy(keyFile: string, plan: StepPlan): boolean {
  const keys = keysIn(keyFile);
  return keys.length === plan.runs.length && plan.runs.every(({ key }, index) => keys[index] === key);
}

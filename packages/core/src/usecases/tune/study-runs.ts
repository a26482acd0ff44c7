import { canonicalJson, digestOf, hexOf } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { ModelConfig, TunePolicy } from '../../manifest/index.js';
import { runKeyOf } from '../../provenance/index.js';
import type { ObjectRef } from '../../store/index.js';
import { paramAt, withValues } from '../../tune/study/index.js';
import type { PlannedInput, PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { StepResults } from '../plan/step-results.js';

/** One command of a trial, with its run key. */
export interface TrialRun {
  readonly plan: StepPlan;
  readonly run: PlannedRun;
  /** The same from the files as they are now. */
  readonly replan: () => Promise<StepPlan>;
}

export interface StudyRunsInput {
  /** Name of the project. */
  readonly project: string;
  readonly config: ModelConfig;
  readonly policy: TunePolicy;
  readonly results: StepResults;
}

interface Template {
  readonly plan: StepPlan;
  readonly run: PlannedRun;
}

/**
 * Run keys of trials. What a key holds beside parameters and seed is found out once: the closure of the code takes longer than many a
 * trial.
 */
export class StudyRuns {
  /** Hex digits of the digest of all that results follow from but parameters and seed: code, data, environment, and what is measured. */
  readonly context: string;
  readonly #input: StudyRunsInput;
  readonly #train: Template;
  readonly #evaluate: Template | undefined;

  private constructor(input: StudyRunsInput, train: Template, evaluate: Template | undefined) {
    this.#input = input;
    this.#train = train;
    this.#evaluate = evaluate;
    this.context = this.#contextOf();
  }

  /** @throws MlError as planStep, and ERR_ML_OBJECT_MISSING where what is read has no result yet */
  static async plan(input: StudyRunsInput): Promise<StudyRuns> {
    const { project, results, policy } = input;
    const train = templateOf(await results.plan({ project, step: 'train' }));
    if (policy.objectives.every(({ step }) => step === 'train'))
      return new StudyRuns(input, train, undefined);
    const inputs = { model: modelInput(project, noModel) };
    const other = { seed: train.run.seed, params: {}, inputs };
    const described = await results.describe({ project, step: 'evaluate' });
    const evaluate = await results.planWith(
      { project, step: 'evaluate' },
      { ...other, params: described.params },
    );
    return new StudyRuns(input, train, templateOf(evaluate));
  }

  /** Parameters of `train` as they stand in the workspace. */
  get params(): JsonObject {
    return this.#train.plan.params;
  }

  /** Of the steps that run, as they stand in the workspace. */
  get plans(): readonly StepPlan[] {
    return [this.#train.plan, ...(this.#evaluate === undefined ? [] : [this.#evaluate.plan])];
  }

  get isEvaluated(): boolean {
    return this.#evaluate !== undefined;
  }

  train(params: JsonObject, seed: number): TrialRun {
    return this.#runOf(this.#train, { params, seed, inputs: {} });
  }

  /** @param params those of `train`. */
  evaluate(params: JsonObject, seed: number, model: ObjectRef): TrialRun {
    if (this.#evaluate === undefined) throw new Error('nothing of evaluate is optimised');
    const inputs = { model: modelInput(this.#input.project, model) };
    return this.#runOf(this.#evaluate, { params: this.#evaluateParams(params), seed, inputs });
  }

  #runOf({ plan, run }: Template, varied: Varied): TrialRun {
    const { params, seed, inputs } = varied;
    const { results } = this.#input;
    const varies = varyRun(run, varied);
    const replan = (): Promise<StepPlan> =>
      results.planWith(plan.ref, { seed, params, inputs }, { fresh: true });
    return { plan: { ...plan, params, runs: [varies] }, run: varies, replan };
  }

  /** What `evaluate` would have once the trial's parameters stood in the workspace: steps may lay their own over them. */
  #evaluateParams(params: JsonObject): JsonObject {
    const { config, policy } = this.#input;
    const base = this.#evaluate?.plan.params ?? {};
    const shared = policy.space.parameters
      .map(({ name }) => name)
      .filter((name) => !isSetIn(config.train.params, name) && !isSetIn(config.evaluate?.params, name));
    const values = shared.flatMap((name) => {
      const value = paramAt(params, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return withValues(base, shared, Object.fromEntries(values));
  }

  #contextOf(): string {
    const { config, policy } = this.#input;
    const { inputs, ...evaluate } = this.#evaluate?.run.document ?? { inputs: {} };
    const read = Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== 'model'));
    const own = { ...config.train.params, ...config.evaluate?.params };
    const ownParams = Object.keys(own).map((key) => [key, this.#evaluate?.plan.params[key] ?? null]);
    const document = {
      train: { ...this.#train.run.document, params: {}, seed: null },
      evaluate:
        this.#evaluate === undefined
          ? null
          : { ...evaluate, inputs: read, params: Object.fromEntries(ownParams) as object, seed: null },
      objectives: policy.objectives.map(({ step, metric, split }) => ({ step, metric, split })),
    };
    return hexOf(digestOf(canonicalJson(document)));
  }
}

interface Varied {
  readonly params: JsonObject;
  readonly seed: number;
  /** What it reads instead. */
  readonly inputs: Readonly<Record<string, PlannedInput>>;
}

/** The run of the same step with other parameters and another seed. */
function varyRun({ document, inputs: standing }: PlannedRun, { params, seed, inputs }: Varied): PlannedRun {
  const read = Object.entries(inputs);
  const keyed = read.map(
    ([name, { kind, project, ref }]) => [name, { kind, project, digest: ref.digest }] as const,
  );
  const varied = { ...document, params, seed, inputs: { ...document.inputs, ...Object.fromEntries(keyed) } };
  const refs = Object.fromEntries(read.map(([name, { ref }]) => [name, ref]));
  return { seed, key: runKeyOf(varied), document: varied, inputs: { ...standing, ...refs } };
}

function templateOf(plan: StepPlan): Template {
  const [run] = plan.runs;
  if (run === undefined) throw new Error(`${plan.ref.step} has no run`);
  return { plan, run };
}

function modelInput(project: string, ref: ObjectRef): PlannedInput {
  return { kind: 'model', project, ref };
}

/** Stands for the model of a trial until there is one. */
const noModel: ObjectRef = { kind: 'tree', digest: digestOf(''), size: 0, files: 0 };

function isSetIn(params: JsonObject | undefined, name: string): boolean {
  return params !== undefined && paramAt(params, name) !== undefined;
}

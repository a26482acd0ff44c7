import type { StepName } from '../documents/index.js';
import type { JobResources } from '../engine/index.js';
import type { JsonObject } from '../kernel/index.js';
import type { DatasetConfig, MlConfig, ModelConfig } from './ml-config.js';
import { filesOfPackage, packageSpecOf } from './package-spec.js';
import { mergeParams } from './params.js';
import { parseBytes, parseDuration } from './quantities.js';

/** One step of a project with all defaults filled in and its own settings laid over the project's. */
export interface StepSpec {
  readonly step: StepName;
  /** Empty for a dataset that no command prepares: see datasetSource. */
  readonly command: string;
  readonly params: StepParamsSpec;
  /** Milliseconds; no limit when absent. */
  readonly timeout?: number;
  readonly resources: JobResources;
  readonly environment: StepEnvironment;
  /** Globs relative to the project's root; `!` excludes. */
  readonly code: readonly string[];
  readonly metricsRequired: boolean;
  /** One run each, in rising order. `[null]` for the data step, which draws no chance. */
  readonly seeds: readonly (number | null)[];
  /** Dataset projects by the name that the code sees. */
  readonly data: Readonly<Record<string, string>>;
  /** Model projects by the name that the code sees; without the model that an evaluation evaluates. */
  readonly models: Readonly<Record<string, string>>;
}

/** `values` are laid over what the file holds, by mergeParams. */
export interface StepParamsSpec {
  /** Relative to the project's root. */
  readonly file?: string;
  readonly values: JsonObject;
}

export interface StepEnvironment {
  readonly env: readonly string[];
  readonly secrets: readonly string[];
  readonly packages: readonly string[];
  readonly python?: string;
}

/** Where a dataset's bytes come from. */
export type DatasetSource =
  | { readonly from: 'files'; readonly globs: readonly string[] }
  /** A pointer of ours. `path` is relative to the project's root. */
  | { readonly from: 'pointer'; readonly path: string }
  /** A .dvc file; as above. */
  | { readonly from: 'dvc'; readonly path: string }
  /** `name` is `org/name@revision`; `globs` are relative to the snapshot. */
  | { readonly from: 'hf'; readonly name: string; readonly globs: readonly string[] }
  | { readonly from: 'command'; readonly command: string };

/** The steps of a project that run a command, in the order in which they run; none for a service. */
export function stepsOf(config: MlConfig): readonly StepSpec[] {
  if (config.kind === 'dataset') return [dataStep(config)];
  return config.kind === 'model' ? modelSteps(config) : [];
}

/**
 * What `package` reads, as a step: its command is the one that will serve, so that its closure and environment are packed. undefined where the
 * model is not packaged.
 */
export function packageStepOf(config: MlConfig): StepSpec | undefined {
  const spec = config.kind === 'model' ? packageSpecOf(config) : undefined;
  if (config.kind !== 'model' || spec === undefined) return undefined;
  const [train] = modelSteps(config);
  const { serve } = spec;
  const base = stepBase(config, { command: serve.kind === 'command' ? serve.command : '' });
  return {
    ...base,
    step: 'package',
    code: union(serve.kind === 'command' ? [...base.code, ...serve.code] : [], filesOfPackage(spec)),
    params: { values: { package: JSON.parse(JSON.stringify(spec)) as JsonObject } },
    resources: { gpu: 0, memory: 0 },
    environment: serve.kind === 'command' ? base.environment : { env: [], secrets: [], packages: [] },
    ...{ metricsRequired: false, seeds: [packagedSeed(config, train)], data: {}, models: {} },
  };
}

/** The model that the gate judges, or that of the lowest seed. */
function packagedSeed({ gate }: ModelConfig, train: StepSpec | undefined): number | null {
  const named = typeof gate === 'object' && 'seed' in gate ? gate.seed : undefined;
  return named ?? train?.seeds[0] ?? null;
}

/** All steps of a project: those that run a command, and `package` behind them. */
export function allStepsOf(config: MlConfig): readonly StepSpec[] {
  const packaging = packageStepOf(config);
  return packaging === undefined ? stepsOf(config) : [...stepsOf(config), packaging];
}

export function datasetSource(config: DatasetConfig): DatasetSource {
  if (config.files !== undefined) return { from: 'files', globs: asList(config.files).map(withoutDot) };
  if (config.pointer !== undefined) {
    const path = withoutDot(config.pointer);
    return { from: path.endsWith('.dvc') ? 'dvc' : 'pointer', path };
  }
  if (typeof config.hf === 'string') return { from: 'hf', name: config.hf, globs: ['**/*'] };
  if (config.hf !== undefined)
    return { from: 'hf', name: config.hf.name, globs: asList(config.hf.files).map(withoutDot) };
  return { from: 'command', command: config.prepare?.command ?? '' };
}

/** The interpreter for what belongs to no step of a project, such as its specs: the one that its first step names. */
export function pythonNamed(config: MlConfig): string | undefined {
  return stepsOf(config).find(({ environment }) => environment.python !== undefined)?.environment.python;
}

/** Upstream projects by the name that the code sees; a list names each by itself. */
export function inputsOf(inputs: Inputs | undefined): Readonly<Record<string, string>> {
  if (inputs === undefined) return {};
  return isList(inputs) ? Object.fromEntries(inputs.map((project) => [project, project])) : inputs;
}

type Inputs = NonNullable<ModelConfig['data']>;
type StepConfig = NonNullable<DatasetConfig['prepare']>;
type Shared = DatasetConfig | ModelConfig;

function dataStep(config: DatasetConfig): StepSpec {
  const prepare = config.prepare ?? { command: '' };
  const extras = { metricsRequired: false, seeds: [null], models: {} };
  return { step: 'data', ...stepBase(config, prepare), ...extras };
}

function modelSteps(config: ModelConfig): readonly StepSpec[] {
  const { train, evaluate } = config;
  const seeds = [...(train.seeds ?? [1])].sort((a, b) => a - b);
  const models = inputsOf(config.models);
  const required = (metrics: string | undefined): boolean => metrics !== 'optional';
  const first: StepSpec = {
    step: 'train',
    ...stepBase(config, train),
    ...{ metricsRequired: required(train.metrics), seeds, models },
  };
  if (evaluate === undefined) return [first];
  const extras = { metricsRequired: required(evaluate.metrics), seeds, models };
  return [first, { step: 'evaluate', ...stepBase(config, evaluate), ...extras }];
}

type StepBase = Omit<StepSpec, 'step' | 'metricsRequired' | 'seeds' | 'models'>;

function stepBase(config: Shared, step: StepConfig): StepBase {
  const timeout = step.timeout === undefined ? undefined : parseDuration(step.timeout);
  return {
    command: step.command,
    params: paramsOf(config, step),
    ...(timeout === undefined ? {} : { timeout }),
    resources: resourcesOf({ ...config.resources, ...step.resources }),
    environment: environmentOf(config, step),
    code: union(asList(config.code), asList(step.code)),
    data: inputsOf(config.data),
  };
}

function paramsOf(config: Shared, step: StepConfig): StepParamsSpec {
  const { params = {} } = config;
  const own = step.params ?? {};
  return typeof params === 'string'
    ? { file: withoutDot(params), values: own }
    : { values: mergeParams(params, own) };
}

function resourcesOf({ gpu = 0, memory = 0 }: NonNullable<StepConfig['resources']>): JobResources {
  return { gpu, memory: parseBytes(memory) ?? 0 };
}

function environmentOf(config: Shared, step: StepConfig): StepEnvironment {
  const [base, own] = [config.environment ?? {}, step.environment ?? {}];
  const python = own.python ?? base.python;
  return {
    env: union(base.env, own.env),
    secrets: union(base.secrets, own.secrets),
    packages: union(base.packages, own.packages),
    ...(python === undefined ? {} : { python }),
  };
}

function union(a: readonly string[] = [], b: readonly string[] = []): readonly string[] {
  return [...new Set([...a, ...b])];
}

function asList(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function isList(inputs: Inputs): inputs is string[] {
  return Array.isArray(inputs);
}

function withoutDot(path: string): string {
  return path.replace(/^(?:\.\/)+/, '');
}

import { posix } from 'node:path';

import type { TargetConfiguration } from '@nx/devkit';
import type { StepName } from '@nx-ml/core/documents';
import { evaluationReportPath, keyPath, manifestPath, verdictPath } from '@nx-ml/core/layout';
import type { StepRef } from '@nx-ml/core/layout';
import { allStepsOf, datasetSource } from '@nx-ml/core/manifest';
import type { MlConfig, StepSpec } from '@nx-ml/core/manifest';
import { commandWords, programKind } from '@nx-ml/core/provenance';

import { nodeQuestion, pythonQuestion } from './interpreter-questions.js';
import { serviceTargets } from './service-targets.js';
import { tuneTargets } from './tune-targets.js';

export const stepExecutor = 'nx-ml:step';

type Input = NonNullable<TargetConfiguration['inputs']>[number];

export interface InferTargetsInput {
  readonly project: string;
  /** Workspace-relative. */
  readonly root: string;
  readonly config: MlConfig;
}

/**
 * The targets of a project, one for each step that its ml.yaml describes. Options hold no value that could change:
 * Nx puts the options of all targets into the hash of each, so a threshold there would retrain a model.
 */
export function inferTargets(input: InferTargetsInput): Readonly<Record<string, TargetConfiguration>> {
  const steps = allStepsOf(input.config);
  const { config } = input;
  return {
    ...Object.fromEntries(steps.map((spec) => [spec.step, targetOf(spec, input)])),
    ...(config.kind === 'model' && config.gate !== undefined ? { gate: gateTarget(input) } : {}),
    ...(isPromoted(config) ? { promote: promoteTarget(input) } : {}),
    ...tuneTargets(input),
    ...serviceTargets(config),
  };
}

/**
 * Never a hit of Nx: the answer depends on which model is accepted, and spends a test set, neither of which lies in the
 * workspace. What was asked before is answered by the test set's journal.
 */
function gateTarget({ project }: InferTargetsInput): TargetConfiguration {
  return {
    executor: stepExecutor,
    options: { step: 'gate' },
    cache: false,
    // A package follows from the answer.
    outputs: [`{workspaceRoot}/${verdictPath(project)}`],
    dependsOn: ['evaluate'],
    metadata: {
      description: 'Judge whether the model may replace the accepted one, on evidence',
      technologies: ['nx-ml'],
      help: { command: `npx nx run ${project}:gate --help`, example: { args: [] } },
    },
  };
}

/** There must be a bundle, and evidence. */
function isPromoted(config: MlConfig): boolean {
  return config.kind === 'model' && config.gate !== undefined && config.package !== undefined;
}

/** Changes the registry, which a hit would leave as it is. */
function promoteTarget({ project }: InferTargetsInput): TargetConfiguration {
  return {
    executor: stepExecutor,
    options: { step: 'promote' },
    cache: false,
    dependsOn: ['package'],
    metadata: {
      description: 'Register the bundle and make it the champion, on the evidence of its gate',
      technologies: ['nx-ml'],
      help: { command: `npx nx run ${project}:promote --help`, example: { args: [] } },
    },
  };
}

function targetOf(spec: StepSpec, input: InferTargetsInput): TargetConfiguration {
  const ref = { project: input.project, step: spec.step };
  return {
    executor: stepExecutor,
    options: { step: spec.step },
    cache: true,
    inputs: [...inputsOf(spec, input)],
    outputs: outputsOf(ref).map((path) => `{workspaceRoot}/${path}`),
    dependsOn: [...dependsOn(spec, input.config)],
    metadata: metadataOf(spec, input),
  };
}

function outputsOf(ref: StepRef): readonly string[] {
  const kept = [manifestPath(ref), keyPath(ref)];
  return ref.step === 'evaluate' ? [...kept, evaluationReportPath(ref.project)] : kept;
}

/**
 * Coarser than the run key beneath, never finer: a file too many costs a restore, one too few a stale hit. So even a
 * README counts here, since code might import it.
 */
function inputsOf(spec: StepSpec, { root, config }: InferTargetsInput): readonly Input[] {
  const source = config.kind === 'dataset' ? datasetSource(config).from : 'command';
  return [
    '{projectRoot}/**/*',
    '^{projectRoot}/**/*',
    ...spec.code.map((glob) => workspaceGlob(root, glob)),
    {
      dependentTasksOutputFiles: '**/*.manifest.json',
      ...(spec.step === 'package' ? { transitive: true } : {}),
    },
    ...spec.environment.env.map((name) => ({ env: name })),
    ...(spec.step === 'package' ? packageInputs(spec) : source === 'command' ? interpreterInputs(spec) : []),
    ...(spec.resources.gpu > 0 ? [{ runtime: acceleratorQuestion }] : []),
    ...(source === 'pointer' || source === 'dvc' ? [{ runtime: dataStateQuestion }] : []),
  ];
}

/** The gate's answer, who signs, and of a command of the user's own what it runs on. */
function packageInputs(spec: StepSpec): readonly Input[] {
  return [
    { dependentTasksOutputFiles: '**/*.verdict.json' },
    { runtime: signingKeyQuestion },
    ...(spec.command === '' ? [] : interpreterInputs(spec)),
  ];
}

/** A glob relative to the project's folder, as Nx wants it. */
function workspaceGlob(root: string, glob: string): string {
  const [bang, pattern] = glob.startsWith('!') ? ['!', glob.slice(1)] : ['', glob];
  return `${bang}{workspaceRoot}/${posix.normalize(posix.join(root, pattern))}`;
}

const acceleratorQuestion = 'nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null || echo none';

/**
 * Do the files behind pointers still match them? One question for all, so that it costs one process. Where it cannot be
 * asked, the answer is another one each time.
 */
const dataStateQuestion = 'node node_modules/nx-ml/dist/graph/data-state.js || echo unknown $$ `date +%s`';

/** Whose signature a bundle would have; where that cannot be told, another answer each time. */
const signingKeyQuestion = 'node node_modules/nx-ml/dist/graph/signing-key.js || echo unknown $$ `date +%s`';

/** Which interpreters a command starts; a command that does not tell may start any of them. */
function interpreterInputs(spec: StepSpec): readonly Input[] {
  const kinds = new Set(commandWords(spec.command).map(programKind));
  const onlyNode = kinds.has('node') && !kinds.has('python') && spec.environment.python === undefined;
  const onlyPython = kinds.has('python') && !kinds.has('node');
  return [
    ...(onlyPython ? [] : [{ runtime: nodeQuestion }]),
    ...(onlyNode ? [] : [{ runtime: pythonQuestion(spec.environment.python) }]),
  ];
}

function dependsOn(
  spec: StepSpec,
  config: MlConfig,
): readonly (string | { projects: string[]; target: string })[] {
  if (spec.step === 'package') return [lastStep(config)];
  const on = (target: StepName, names: Readonly<Record<string, string>>) => {
    const projects = [...new Set(Object.values(names))];
    return projects.length === 0 ? [] : [{ projects, target }];
  };
  return [
    ...on('data', spec.data),
    ...on('train', spec.models),
    ...(spec.step === 'evaluate' ? ['train'] : []),
  ];
}

/** What must have gone well before a model is packaged. */
function lastStep(config: MlConfig): string {
  if (config.kind !== 'model') return 'train';
  return config.gate !== undefined ? 'gate' : config.evaluate !== undefined ? 'evaluate' : 'train';
}

const verbs: Readonly<Record<StepName, string>> = {
  data: 'Bring the data, or build it with the preparing command',
  train: 'Train the model, or restore the training of the same code, data, parameters and seed',
  evaluate: 'Evaluate the trained model, or restore the same evaluation',
  package: 'Package the model for serving: files, signature, example, card, provenance',
};

function metadataOf(spec: StepSpec, input: InferTargetsInput): NonNullable<TargetConfiguration['metadata']> {
  return {
    description: verbs[spec.step],
    technologies: technologiesOf(spec),
    help: {
      command: `npx nx run ${input.project}:${spec.step} --help`,
      example: { args: ['--skip-nx-cache'] },
    },
  };
}

function technologiesOf(spec: StepSpec): string[] {
  const kinds = new Set(commandWords(spec.command).map(programKind));
  return ['nx-ml', ...(['node', 'python'] as const).filter((kind) => kinds.has(kind))];
}

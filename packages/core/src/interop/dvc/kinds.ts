import { posix } from 'node:path';

import { MlError } from '../../kernel/index.js';
import type { Lineage } from './lineage.js';
import { isWithin } from './paths.js';
import type { DvcStage } from './stage.js';
import { holdsMetrics } from './stage-files.js';

/** What a stage becomes. */
export type StageKind =
  | { readonly kind: 'given' }
  | { readonly kind: 'dataset' }
  | { readonly kind: 'model' }
  /** The evaluation of a model that another stage makes. */
  | { readonly kind: 'evaluation'; readonly of: DvcStage };

export interface KindsInput {
  readonly lineage: Lineage;
  /** Paths that `artifacts` declares to be models. */
  readonly models: readonly string[];
  /** Metrics files named beside the stages. */
  readonly metrics: readonly string[];
  /** Names of stages, or of the foreach and matrix groups that they come from, that the user decided. */
  readonly decided: { readonly models: readonly string[]; readonly datasets: readonly string[] };
}

/**
 * Decides what each stage becomes. In this order:
 *
 * 1. a frozen stage is given data: nothing runs;
 * 2. what the user decided;
 * 3. a stage that reads a model and is read by nobody is its evaluation, if it writes metrics, reads nothing else than
 *    that model's training read, and the model has no other evaluation;
 * 4. any other stage that reads a model is a model: a dataset is never made of one;
 * 5. a stage whose output is declared, or looks like, a model is a model: `artifacts` with `type: model`, the ending of
 *    a model format, or a name with "model" in it; so is one whose own name begins with "train" or "fit";
 * 6. everything else is a dataset.
 *
 * @throws MlError ERR_ML_USAGE for a decision that names no stage, or that cannot be.
 */
export function stageKinds(input: KindsInput): ReadonlyMap<DvcStage, StageKind> {
  refuseUnknown(input);
  const kinds = new Map<DvcStage, StageKind>();
  for (const stage of input.lineage.stages) kinds.set(stage, kindOf(stage, input, kinds));
  return kinds;
}

/** The metrics files that a stage writes, of those formats that can be read. */
export function metricsOf(stage: DvcStage, named: readonly string[]): readonly string[] {
  const own = stage.outs.flatMap(({ path, kind }) => (kind === 'metrics' ? [path] : []));
  const beside = named.filter((path) => stage.outs.some((out) => isWithin(path, out.path)));
  return [...new Set([...own, ...beside])].filter(holdsMetrics);
}

type Kinds = ReadonlyMap<DvcStage, StageKind>;

function kindOf(stage: DvcStage, input: KindsInput, kinds: Kinds): StageKind {
  if (stage.frozen) return { kind: 'given' };
  const upstream = stagesRead(stage, input.lineage);
  const models = upstream.filter((each) => isModel(kinds.get(each)));
  if (isNamed(stage, input.decided.datasets)) {
    if (models[0] !== undefined) throw notFromModel(stage, models[0]);
    return { kind: 'dataset' };
  }
  if (isNamed(stage, input.decided.models)) return { kind: 'model' };
  if (models.length === 0) return { kind: looksLikeModel(stage, input.models) ? 'model' : 'dataset' };
  const [model] = models;
  const evaluates =
    models.length === 1 &&
    model !== undefined &&
    canEvaluate(stage, model, input) &&
    !hasEvaluation(model, kinds);
  return evaluates ? { kind: 'evaluation', of: model } : { kind: 'model' };
}

function isModel(kind: StageKind | undefined): boolean {
  return kind?.kind === 'model' || kind?.kind === 'evaluation';
}

function stagesRead(stage: DvcStage, lineage: Lineage): readonly DvcStage[] {
  return lineage.sourcesOf(stage).producers.flatMap(({ stage: upstream }) => upstream ?? []);
}

function canEvaluate(stage: DvcStage, model: DvcStage, { lineage, metrics }: KindsInput): boolean {
  if (metricsOf(stage, metrics).length === 0 || lineage.readersOf(stage).length > 0) return false;
  const nameOf = (producer: ReturnType<Lineage['sourcesOf']>['producers'][number]) =>
    producer.stage ?? producer.pointer;
  const trainedOn = new Set(lineage.sourcesOf(model).producers.map(nameOf));
  return lineage
    .sourcesOf(stage)
    .producers.every((producer) => producer.stage === model || trainedOn.has(nameOf(producer)));
}

function hasEvaluation(model: DvcStage, kinds: Kinds): boolean {
  return [...kinds.values()].some((kind) => kind.kind === 'evaluation' && kind.of === model);
}

const modelFormat =
  /\.(?:onnx|pt|pth|ckpt|h5|hdf5|keras|safetensors|skops|cbm|bst|ubj|mlmodel|tflite|gguf|pb|pmml)$/i;

function looksLikeModel(stage: DvcStage, declared: readonly string[]): boolean {
  const files = stage.outs.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  return (
    /^(?:train|fit)/i.test(groupOf(stage)) ||
    files.some((path) => declared.some((model) => isWithin(model, path))) ||
    files.some((path) => modelFormat.test(path) || /model/i.test(posix.basename(path)))
  );
}

/** `train` of `train@us`. */
function groupOf({ name }: DvcStage): string {
  return name.split('@', 1)[0] ?? name;
}

function isNamed(stage: DvcStage, names: readonly string[]): boolean {
  return names.includes(stage.name) || names.includes(groupOf(stage));
}

function refuseUnknown({ lineage, decided }: KindsInput): void {
  const known = new Set(lineage.stages.flatMap((stage) => [stage.name, groupOf(stage)]));
  const unknown = [...decided.models, ...decided.datasets].find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new MlError('ERR_ML_USAGE', {
    message: `"${unknown}" is no stage`,
    fix: `The stages are ${lineage.stages.map(({ name }) => name).join(', ')}.`,
  });
}

function notFromModel(stage: DvcStage, model: DvcStage): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `${stage.name} cannot be a dataset: it reads what the model ${model.name} makes`,
    fix: `Make both datasets (--dataset ${model.name} --dataset ${stage.name}), or leave ${stage.name} out.`,
  });
}

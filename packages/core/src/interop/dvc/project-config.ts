import { posix } from 'node:path';

import type { JsonObject } from '../../kernel/index.js';
import { dataCommand } from './command.js';
import { lockedOuts } from './hashed-data.js';
import type { Producer } from './lineage.js';
import { folderOf } from './paths.js';
import type { PlanContext } from './plan-context.js';
import { dvcError } from './problem.js';
import type { PointerFile } from './project.js';
import type { DvcStage } from './stage.js';
import { stepConfig } from './step-config.js';
import type { Carried } from './step-config.js';

/** The data behind a .dvc file. */
export function pointerConfig(pointer: PointerFile, context: PlanContext): Carried<JsonObject> {
  const { file, data, imported } = pointer;
  const config = {
    kind: 'dataset',
    description: `${data.map(({ path }) => path).join(', ')}, kept by DVC`,
    code: [context.fromRoot(pointer, file)],
    prepare: { command: dataCommand(file) },
  };
  const mend = 'The data is what the pointer names. `dvc update` brings newer data and changes the pointer.';
  return { config, notes: imported ? [{ where: file, what: 'where it was imported from', mend }] : [] };
}

/** What a frozen stage made, as dvc.lock names it: nothing runs. @throws MlError ERR_ML_DVC_INVALID */
export function frozenConfig(stage: DvcStage, context: PlanContext): Carried<JsonObject> {
  const lock = posix.join(folderOf(stage.file), 'dvc.lock');
  const text = context.tree.readText(lock);
  const made =
    text === undefined ? undefined : lockedOuts(text, lock, { stage: stage.name, folder: stage.folder });
  if (made === undefined)
    throw dvcError({
      where: stage.place,
      message: `is frozen, and ${lock} does not say what it made`,
      fix: `Run it once (dvc repro ${stage.name}), or take \`frozen\` off it.`,
    });
  const config = {
    kind: 'dataset',
    description: `What the frozen stage ${stage.name} of ${stage.file} made`,
    code: [context.fromRoot(stage, lock)],
    prepare: { command: dataCommand(lock, stage) },
  };
  return { config, notes: [] };
}

export function datasetConfig(stage: DvcStage, context: PlanContext): Carried<JsonObject> {
  const { config: step, notes } = stepConfig(stage, stage, context);
  const { command, ...shared } = step;
  const { data } = inputsOf(stage, context);
  return {
    config: { kind: 'dataset', description: descriptionOf(stage), data, ...shared, prepare: { command } },
    notes,
  };
}

/** A model with its evaluation, where it has one. */
export function modelConfig(stage: DvcStage, context: PlanContext): Carried<JsonObject> {
  const train = stepConfig(stage, stage, context);
  const evaluation = context.evaluationOf(stage);
  const evaluate = evaluation === undefined ? undefined : stepConfig(evaluation, stage, context);
  const metrics = context.metricsOf(stage).length === 0 ? { metrics: 'optional' } : {};
  const config = {
    kind: 'model',
    description: descriptionOf(stage),
    ...inputsOf(stage, context),
    train: { ...train.config, ...metrics },
    evaluate: evaluate?.config ?? {},
  };
  return { config, notes: [...train.notes, ...(evaluate?.notes ?? [])] };
}

function descriptionOf({ description, name, file }: DvcStage): string {
  return description ?? `The stage ${name} of ${file}`;
}

function inputsOf(
  stage: DvcStage,
  context: PlanContext,
): { readonly data: readonly string[]; readonly models: readonly string[] } {
  const isModel = (each: Producer): boolean =>
    each.stage !== undefined && context.kinds.get(each.stage)?.kind === 'model';
  const { producers } = context.lineage.sourcesOf(stage);
  const names = (wanted: readonly Producer[]): readonly string[] =>
    wanted.map((each) => context.nameOf(each.stage ?? each.pointer));
  return {
    data: names(producers.filter((each) => !isModel(each))),
    models: names(producers.filter(isModel)),
  };
}

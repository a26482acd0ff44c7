import { posix } from 'node:path';

import type { CodeProject } from '../../imports/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { stageKinds } from './kinds.js';
import type { StageKind } from './kinds.js';
import { Lineage } from './lineage.js';
import { compact, mlYamlText } from './ml-text.js';
import { projectNames } from './names.js';
import type { NameWish } from './names.js';
import type { ImportNote } from './note.js';
import { folderOf, isWithin } from './paths.js';
import { PlanContext } from './plan-context.js';
import type { Owner } from './plan-context.js';
import { datasetConfig, frozenConfig, modelConfig, pointerConfig } from './project-config.js';
import { readDvcProject } from './project.js';
import type { DvcProject, PointerFile } from './project.js';
import { checkLocks } from './lock/index.js';
import type { DvcBytes, LockCheck } from './lock/index.js';
import type { DvcStage } from './stage.js';
import type { Carried } from './step-config.js';
import type { DvcTree } from './tree.js';

export interface ImportInput {
  readonly tree: DvcTree;
  /** Undefined: dvc.lock is not compared, and nothing is read for it. */
  readonly bytes: DvcBytes | undefined;
  /** Below which dvc.yaml files are imported; '' is the workspace. */
  readonly folder: string;
  /** Where the projects go, relative to `folder`. */
  readonly directory: string;
  /** Goes before every project name. */
  readonly prefix: string;
  /** Stages, or foreach and matrix groups, that the user decided to be models or datasets. */
  readonly models: readonly string[];
  readonly datasets: readonly string[];
  /** The projects that the workspace has. */
  readonly projects: readonly CodeProject[];
}

export interface ImportedProject {
  readonly name: string;
  /** Workspace-relative. */
  readonly root: string;
  /** `train`, `data/raw.csv.dvc`: what it was made of. */
  readonly origins: readonly string[];
  /** The Nx targets that it has. */
  readonly targets: readonly string[];
  /** Its ml.yaml. */
  readonly text: string;
}

export interface ImportPlan {
  /** Workspace-relative folder that holds them all. */
  readonly directory: string;
  /** Upstream first. */
  readonly projects: readonly ImportedProject[];
  readonly notes: readonly ImportNote[];
  /** What dvc.lock says beside the workspace: of this moment, and decides nothing. */
  readonly lock: LockCheck;
}

/**
 * Plans the ml.yaml projects of a DVC project: one for each .dvc file that is read or lies below the folder, one for
 * each stage, evaluations within the model that they evaluate. Pure; the same files give the same plan.
 *
 * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE, ERR_ML_GRAPH_CYCLE, ERR_ML_PARAMS_INVALID, ERR_ML_USAGE
 */
export function planImport(input: ImportInput): ImportPlan {
  const found = readDvcProject(input.tree, input.folder);
  const { project, idle } = withoutIdle(found);
  const lineage = new Lineage(project, input.tree);
  const decided = { models: input.models, datasets: input.datasets };
  const metrics = project.metrics.map(({ path }) => path);
  const kinds = stageKinds({ lineage, models: project.models, metrics, decided });
  const pointers = pointersOf(project, lineage, input.folder);
  const owners = [...pointers, ...lineage.stages.filter((stage) => kinds.get(stage)?.kind !== 'evaluation')];
  const directory = posix.join(input.folder, input.directory);
  const names = ownerNames(owners, { ...input, directory });
  const { tree, projects } = input;
  const context = new PlanContext({
    tree,
    projects,
    lineage,
    kinds,
    directory,
    names,
    metrics,
  });
  const carried = owners.map((owner) => ({ owner, ...configOf(owner, context) }));
  return {
    directory,
    projects: carried.map(({ owner, config }) => importedProject(owner, config, context)),
    notes: [
      ...carried.flatMap(({ notes }) => notes),
      ...idle,
      ...project.notes,
      ...looseMetrics(project, context),
    ],
    lock: lockCheckOf(input, lineage, pointers),
  };
}

/** A stage that makes nothing leaves nothing that could be kept, restored or read. */
function withoutIdle(found: DvcProject): {
  readonly project: DvcProject;
  readonly idle: readonly ImportNote[];
} {
  const idle = found.stages.filter(({ outs }) => outs.length === 0);
  return {
    project: { ...found, stages: found.stages.filter((stage) => !idle.includes(stage)) },
    idle: idle.map(({ name }) => ({
      where: name,
      what: 'the whole stage: it has no outs, metrics or plots',
      mend: 'Let it write a file and list that under `outs`, or make it an Nx target of its own.',
    })),
  };
}

/** .dvc files below the folder, and those elsewhere that a stage reads. */
function pointersOf({ pointers }: DvcProject, lineage: Lineage, folder: string): readonly PointerFile[] {
  const read = new Set(
    lineage.stages.flatMap((stage) =>
      lineage.sourcesOf(stage).producers.flatMap(({ pointer }) => pointer ?? []),
    ),
  );
  return pointers.filter((each) => isWithin(each.file, folder) || read.has(each));
}

function ownerNames(
  owners: readonly Owner[],
  { prefix, projects, directory }: Pick<ImportInput, 'prefix' | 'projects' | 'directory'>,
): ReadonlyMap<Owner, string> {
  const isTaken = (name: string): boolean =>
    projects.some((each) => each.name === name && each.root !== `${directory}/${name}`);
  const names = projectNames(owners.map(wishOf), { prefix, isTaken });
  return new Map(owners.map((owner, index) => [owner, names[index] ?? '']));
}

function wishOf(owner: Owner): NameWish {
  if (isStage(owner)) return { origin: owner.place, folder: folderOf(owner.file), short: owner.name };
  return { origin: owner.file, folder: folderOf(owner.file), short: posix.basename(owner.file, '.dvc') };
}

function isStage(owner: Owner): owner is DvcStage {
  return 'commands' in owner;
}

const configs: Readonly<
  Record<StageKind['kind'], (stage: DvcStage, context: PlanContext) => Carried<JsonObject>>
> = {
  given: frozenConfig,
  dataset: datasetConfig,
  model: modelConfig,
  evaluation: () => {
    throw new Error('an evaluation has no project of its own');
  },
};

function configOf(owner: Owner, context: PlanContext): Carried<JsonObject> {
  if (!isStage(owner)) return pointerConfig(owner, context);
  return configs[context.kinds.get(owner)?.kind ?? 'evaluation'](owner, context);
}

function importedProject(owner: Owner, config: JsonObject, context: PlanContext): ImportedProject {
  const root = context.rootOf(owner);
  const evaluation = isStage(owner) ? context.evaluationOf(owner) : undefined;
  const filled = compact(config);
  const isModel = filled['kind'] === 'model';
  return {
    name: context.nameOf(owner),
    root,
    origins: [
      isStage(owner) ? owner.name : owner.file,
      ...(evaluation === undefined ? [] : [evaluation.name]),
    ],
    targets: isModel ? ['train', ...('evaluate' in filled ? ['evaluate'] : [])] : ['data'],
    text: mlYamlText(filled, root),
  };
}

function lockCheckOf(
  { tree, bytes }: ImportInput,
  { stages }: Lineage,
  pointers: readonly PointerFile[],
): LockCheck {
  if (bytes === undefined) return { stages: [], missing: [], unreadable: [] };
  return checkLocks({ stages, pointers, tree, bytes });
}

function looseMetrics(project: DvcProject, context: PlanContext): readonly ImportNote[] {
  const made = project.stages.flatMap((stage) => context.metricsOf(stage));
  return project.metrics
    .filter(({ path }) => !made.includes(path))
    .map(({ path, file }) => ({
      where: file,
      what: `the metrics file ${path}`,
      mend: 'List it, as JSON or YAML, under the `metrics` or `outs` of the stage that writes it.',
    }));
}

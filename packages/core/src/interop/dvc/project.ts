import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { parseDvcConfig } from './config.js';
import type { DvcConfig } from './config.js';
import { DvcDocument } from './document.js';
import { expandStage } from './expand.js';
import { parsePointer } from './hashed-data.js';
import type { DvcPointer } from './hashed-data.js';
import type { ImportNote } from './note.js';
import { paramValues } from './params/index.js';
import { dvcRootOf, folderOf, isWithin, pathInWorkspace } from './paths.js';
import { dvcError } from './problem.js';
import { dvcYamlSchema } from './schema.js';
import { resolveStage } from './stage.js';
import type { DvcStage } from './stage.js';
import { filesBelow } from './tree.js';
import type { DvcTree } from './tree.js';
import { textOf } from './template.js';
import { globalScope } from './vars.js';

/** A .dvc file of the workspace. */
export interface PointerFile extends DvcPointer {
  /** Workspace-relative. */
  readonly file: string;
}

/** All that the DVC files of a workspace say, templates filled in. */
export interface DvcProject {
  readonly stages: readonly DvcStage[];
  readonly pointers: readonly PointerFile[];
  /** Paths that `artifacts` declares to be models. */
  readonly models: readonly string[];
  /** Metrics files that are named beside the stages, and the dvc.yaml that names each. */
  readonly metrics: readonly { readonly path: string; readonly file: string }[];
  readonly notes: readonly ImportNote[];
}

/**
 * Reads every dvc.yaml below a folder, and every .dvc file of the workspace.
 *
 * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE, ERR_ML_PARAMS_INVALID
 */
export function readDvcProject(tree: DvcTree, folder: string): DvcProject {
  const files = filesBelow(tree, '');
  const config = readConfig(tree, folder);
  const pipelines = files
    .filter((path) => isWithin(path, folder) && /(?:^|\/)dvc\.yaml$/.test(path))
    .map((path) => readPipeline(path, tree, config));
  const pointers = files
    .filter((path) => /[^/]\.dvc$/.test(path))
    .map((file) => ({ file, ...parsePointer(tree.readText(file) ?? '', file) }));
  if (pipelines.length === 0 && !pointers.some(({ file }) => isWithin(file, folder)))
    throw dvcError({
      where: folder === '' ? 'The workspace' : folder,
      message: 'holds no dvc.yaml and no .dvc file',
      fix: 'Name the folder of the DVC project: nx g nx-ml:import-dvc projects/churn',
    });
  return {
    stages: pipelines.flatMap(({ stages }) => stages),
    pointers,
    models: pipelines.flatMap(({ models }) => models),
    metrics: pipelines.flatMap(({ metrics }) => metrics),
    notes: pipelines.flatMap(({ notes }) => notes),
  };
}

function readConfig(tree: DvcTree, folder: string): DvcConfig {
  const root = dvcRootOf(folder, (path) => tree.isFile(path)) ?? '';
  const base = root === '' ? '.dvc' : `${root}/.dvc`;
  return parseDvcConfig(...['config', 'config.local'].map((name) => tree.readText(`${base}/${name}`) ?? ''));
}

type Pipeline = Omit<DvcProject, 'pointers'>;

function readPipeline(file: string, tree: DvcTree, { unpack }: DvcConfig): Pipeline {
  const document = new DvcDocument(tree.readText(file) ?? '', file);
  const value = document.check(document.value, { path: [], schema: dvcYamlSchema, what: 'dvc.yaml' });
  const folder = folderOf(file);
  const at = (path: string, key: string) => pathInWorkspace(path, folder, document.place([key]));
  const load = (path: string): JsonObject | undefined => paramValues(tree, path);
  const scope = globalScope(value.vars ?? [], {
    load: (path) => load(at(path, 'vars')),
    refuse: (index, message, fix) => document.refuse(['vars', index], `\`vars\` ${message}`, fix),
  });
  const stages = Object.entries(value.stages ?? {}).flatMap(([name, entry]) =>
    expandStage(name, entry, { document, scope }).map((template) =>
      resolveStage(template, { document, folder, scope, unpack, load }),
    ),
  );
  const models = Object.values(value.artifacts ?? {}).filter(({ type }) => type === 'model');
  return {
    stages,
    models: models.map(({ path }) => at(path, 'artifacts')),
    metrics: (value.metrics ?? []).map((path) => ({ path: at(path, 'metrics'), file })),
    notes: notesOf(file, value),
  };
}

type DvcYaml = ReturnType<(typeof dvcYamlSchema)['parse']>;

function notesOf(
  file: string,
  { plots = [], params = [], artifacts = {}, datasets }: DvcYaml,
): readonly ImportNote[] {
  const plotNames = plots.flatMap((plot) => (isJsonObject(plot) ? Object.keys(plot) : [textOf(plot)]));
  return [
    ...plotNames.map((name) => ({
      where: file,
      what: `the plot definition ${name}`,
      mend: 'The files that it draws are kept with the outputs of the stage that makes them.',
    })),
    ...params.map((path) => ({
      where: file,
      what: `the list of params files: ${path}`,
      mend: 'What a stage lists under `params` is carried over; the rest is for display in DVC.',
    })),
    ...Object.keys(artifacts).map((name) => ({
      where: file,
      what: `the entry ${name} of the model registry`,
      mend: 'Its type told which stage makes a model; labels and versions stay in DVC.',
    })),
    ...(datasets === undefined
      ? []
      : [
          { where: file, what: '`datasets`', mend: 'Bring the data under DVC (dvc import-url) or into git.' },
        ]),
  ];
}

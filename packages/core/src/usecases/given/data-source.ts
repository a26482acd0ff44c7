import type { RunResult } from '../../documents/index.js';
import { datasetSource } from '../../manifest/index.js';
import type { DatasetSource } from '../../manifest/index.js';
import type { ObjectRef } from '../../store/index.js';
import { isForeign } from './foreign-source.js';
import { filesTree, storeFiles } from './given-files.js';
import { ensureForeign, foreignTree } from './given-foreign.js';
import type { ForeignLookDeps } from './given-foreign.js';
import { ensurePointed, pointedTree } from './given-pointer.js';
import { isStored } from './given-tree.js';
import type { SourceDeps } from './given-tree.js';
import type { MlProject } from '../ports.js';

/**
 * Datasets whose bytes are there already, so that no command runs: files that git holds, pointers, and data of other tools.
 * What code sees is always a folder, so a pointer to one file counts as a folder with that file in it.
 */
type GivenSource = Exclude<DatasetSource, { from: 'command' }>;

export function isGiven(project: MlProject): boolean {
  return givenSource(project) !== undefined;
}

/** Where a dataset's bytes come from; undefined where a command prepares them, and for anything but a dataset. */
function givenSource(project: MlProject): GivenSource | undefined {
  if (project.config.kind !== 'dataset') return undefined;
  const source = datasetSource(project.config);
  return source.from === 'command' ? undefined : source;
}

/**
 * What a given dataset holds, told by its pointer or its files alone; nothing is stored.
 *
 * @returns undefined for a dataset that a command prepares, and for one of another tool that nobody has seen yet.
 * @throws MlError ERR_ML_POINTER_INVALID, ERR_ML_DATA_MISSING, ERR_ML_DATA_IGNORED, ERR_ML_DVC_INVALID
 */
export async function givenResult(project: MlProject, deps: ForeignLookDeps): Promise<RunResult | undefined> {
  const source = givenSource(project);
  const data = source === undefined ? undefined : await givenTree(project, source, deps);
  return data === undefined ? undefined : resultOf(data);
}

async function givenTree(
  project: MlProject,
  source: GivenSource,
  deps: ForeignLookDeps,
): Promise<ObjectRef | undefined> {
  if (isForeign(source)) return foreignTree(project, source, deps);
  return source.from === 'pointer'
    ? pointedTree(project, source.path, deps.workspace)
    : filesTree(project, source.globs, deps.workspace);
}

/**
 * Brings a given dataset into the store, where it is not there yet, and checks that files in the workspace still are
 * what their pointer says.
 *
 * @throws MlError ERR_ML_DATA_DRIFT, ERR_ML_DATA_MISSING and those of givenResult
 */
export async function ensureGiven(project: MlProject, deps: SourceDeps): Promise<RunResult | undefined> {
  const source = givenSource(project);
  if (source === undefined) return undefined;
  if (isForeign(source)) return resultOf(await ensureForeign(project, source, deps));
  const data = await givenTree(project, source, deps);
  if (data === undefined) throw new Error(`${project.name} has no tree`);
  if (source.from === 'pointer') await ensurePointed(project, source.path, deps);
  else if (!(await isStored(data, deps)))
    await storeFiles(project, source.globs, { ...deps, expected: data });
  return resultOf(data);
}

function resultOf(data: ObjectRef): RunResult {
  return { formatVersion: 1, outputs: { data }, metrics: {} };
}

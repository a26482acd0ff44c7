import { datasetSource } from '../manifest/index.js';
import type { DatasetSource, RunResult } from '../manifest/index.js';
import { filesTree, storeFiles } from './given-files.js';
import { ensurePointed, pointedTree } from './given-pointer.js';
import { isStored } from './given-tree.js';
import type { SourceDeps } from './given-tree.js';
import type { MlProject, Workspace } from './ports.js';

/**
 * Datasets whose bytes are there already, so that no command runs: files that git holds, and pointers. What code sees
 * is always a folder, so a pointer to one file counts as a folder with that file in it.
 */
type GivenSource = Exclude<DatasetSource, { from: 'command' }>;

function givenSource(project: MlProject): GivenSource | undefined {
  if (project.config.kind !== 'dataset') return undefined;
  const source = datasetSource(project.config);
  return source.from === 'command' ? undefined : source;
}

/**
 * What a given dataset holds, told by its pointer or its files alone; nothing is stored.
 *
 * @returns undefined for a dataset that a command prepares.
 * @throws MlError ERR_ML_POINTER_INVALID, ERR_ML_DATA_MISSING, ERR_ML_DATA_IGNORED
 */
export function givenResult(project: MlProject, workspace: Workspace): RunResult | undefined {
  const source = givenSource(project);
  if (source === undefined) return undefined;
  const data =
    source.from === 'pointer'
      ? pointedTree(project, source.path, workspace)
      : filesTree(project, source.globs, workspace);
  return { formatVersion: 1, outputs: { data }, metrics: {} };
}

/**
 * Brings a given dataset into the store, where it is not there yet, and checks that files in the workspace still are
 * what their pointer says.
 *
 * @throws MlError ERR_ML_DATA_DRIFT, ERR_ML_DATA_MISSING and those of givenResult
 */
export async function ensureGiven(project: MlProject, deps: SourceDeps): Promise<RunResult | undefined> {
  const source = givenSource(project);
  const result = givenResult(project, deps.workspace);
  const data = result?.outputs['data'];
  if (source === undefined || data === undefined) return undefined;
  if (source.from === 'pointer') await ensurePointed(project, source.path, deps);
  else if (!(await isStored(data, deps)))
    await storeFiles(project, source.globs, { ...deps, expected: data });
  return result;
}

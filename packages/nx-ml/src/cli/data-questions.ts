import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { GitPointers } from '@nx-ml/core/adapters/git';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { isInScope, isPointerPath } from '@nx-ml/core/data';
import { MlError } from '@nx-ml/core/kernel';
import { dataCacheFolder } from '@nx-ml/core/layout';
import type { ObjectStore } from '@nx-ml/core/store';
import type { Stores } from '@nx-ml/core/usecases/records';
import type { DvcDeps } from '@nx-ml/core/usecases/data';

import type { Progress } from '../report/progress.js';
import { storeFolder } from '../store-folder.js';
import { dvcOnDemand } from './data-dvc.js';
import { progressOnStderr } from './watched.js';
import { findWorkspaceRoot, pathWithin } from './workspace-root.js';
import type { TypedIn } from './workspace-root.js';

/** What it takes to ask about data. It does without Nx's graph, which takes longer than most answers. */
export interface DataQuestions {
  /** Absolute. */
  readonly root: string;
  readonly data: DataFiles;
  readonly history: GitPointers;
  readonly objects: ObjectStore;
  readonly dvc: () => Promise<DvcDeps>;
  /** Of what is read and hashed. */
  readonly progress: Progress;
}

/** @param store reads or writes: to ask, no store is made. */
export async function askData(cwd: string): Promise<DataQuestions> {
  const root = findWorkspaceRoot(cwd);
  const progress = progressOnStderr('hashing');
  const onRead = (bytes: number): void => {
    progress.advance({ files: 1, bytes });
  };
  const data = new DataFiles({ root, cache: dataCacheFolder(root), onRead });
  const stores = await storesToAsk();
  const dvc = dvcOnDemand({ root, stores, onRead });
  return { root, data, history: new GitPointers(root), objects: stores.objects, dvc, progress };
}

/** Where nothing was stored yet there is no store, which is as good as an empty one. */
async function storesToAsk(): Promise<Stores> {
  const root = storeFolder(process.env);
  if (existsSync(root)) return openFolderStore({ root, readOnly: true });
  const { MemoryJournal, MemoryObjectStore } = await import('@nx-ml/core/adapters/store-memory');
  return { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
}

/** The pointers in the workspace, by git or, where there is none, by what it would ignore. Sorted. */
export async function pointersIn({
  root,
  history,
}: Pick<DataQuestions, 'root' | 'history'>): Promise<readonly string[]> {
  const known = await history.pointers();
  if (known !== undefined) return known;
  const { WorkspaceFiles } = await import('@nx-ml/core/adapters/workspace-fs');
  return new WorkspaceFiles(root).list('').filter(isPointerPath);
}

/**
 * What paths and names of projects mean, as workspace-relative paths. A path need not be there any more when a known pointer
 * is named by it.
 *
 * @param args as typed in `cwd`.
 * @throws MlError ERR_ML_USAGE for what is neither; ERR_ML_PATH_UNSAFE for a path outside the workspace
 */
export async function scopeOf(
  args: readonly string[],
  { root, cwd, pointers }: TypedIn & { readonly pointers: readonly string[] },
): Promise<readonly string[]> {
  const scope: string[] = [];
  for (const arg of args) {
    const path = pathWithin(arg, { root, cwd });
    const isPath =
      path !== undefined &&
      (existsSync(join(root, path)) || pointers.some((pointer) => isInScope(pointer, [path])));
    scope.push(isPath ? path : await projectRoot(arg, root));
  }
  return scope;
}

async function projectRoot(name: string, root: string): Promise<string> {
  const { projectGraph } = await import('./ask-workspace.js');
  const { nodes } = await projectGraph(root);
  const found = nodes[name]?.data.root;
  if (found !== undefined) return found === '.' ? '' : found;
  const { nearestWord } = await import('@nx-ml/core/manifest');
  const nearest = nearestWord(name, Object.keys(nodes));
  throw new MlError('ERR_ML_USAGE', {
    message: `"${name}" is neither a path in the workspace nor a project`,
    fix: nearest === undefined ? 'nx-ml data status lists all data.' : `Did you mean "${nearest}"?`,
  });
}

import { join } from 'node:path';

import type { TreeEntry } from '../../store/index.js';
import type { Disk } from './disk.js';
import { listFiles, markLength, sourceChanged } from './source.js';
import type { Staging } from './staging.js';
import type { Watch } from './watch.js';

export interface TreeParts {
  readonly workspace: Disk;
  readonly staging: Staging;
  readonly watch: Watch;
}

/**
 * Stages the files of a folder as a state that existed as a whole.
 *
 * @param paths all files below the folder, as `listFiles` gives them
 * @throws MlError ERR_ML_SOURCE_CHANGED
 */
export async function stageTree(
  parts: TreeParts,
  folder: string,
  paths: readonly string[],
): Promise<readonly TreeEntry[]> {
  const entries = await stageFiles(parts, folder, paths);
  checkList(parts.workspace, folder, paths);
  return entries;
}

/** @throws MlError ERR_ML_SOURCE_CHANGED when files came or went */
export function checkList(workspace: Disk, folder: string, paths: readonly string[]): void {
  const now = listFiles(workspace, folder);
  if (now.length !== paths.length || now.some((path, index) => path !== paths[index]))
    throw sourceChanged(folder);
}

/**
 * Stages files, and looks at every file again when all are staged.
 *
 * @throws MlError ERR_ML_SOURCE_CHANGED
 */
export async function stageFiles(
  { staging, watch }: Omit<TreeParts, 'workspace'>,
  folder: string,
  paths: readonly string[],
): Promise<readonly TreeEntry[]> {
  const entries = new Array<TreeEntry>(paths.length);
  const marks = new BigUint64Array(paths.length * markLength);
  const large: [index: number, path: string][] = [];
  await staging.addSmallFiles(folder, paths, {
    watch,
    done: (staged, job) => {
      marks.set(staged.marks, job.first * markLength);
      for (const [offset, path] of job.paths.entries()) {
        const [digest, size] = [staged.digests[offset] ?? null, staged.sizes[offset] ?? 0];
        if (digest === null) large.push([job.first + offset, path]);
        else entries[job.first + offset] = { path, digest, size };
      }
    },
  });
  for (const [index, path] of large) {
    const { digest, size, mark } = await staging.addLarge(join(folder, path), watch);
    marks.set(mark, index * markLength);
    entries[index] = { path, digest, size };
  }
  await staging.checkUnchanged(folder, paths, { watch, marks });
  return entries;
}

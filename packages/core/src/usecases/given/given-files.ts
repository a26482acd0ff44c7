import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { MlError } from '../../kernel/index.js';
import type { ObjectRef, TreeEntry } from '../../store/index.js';
import { refuseOther } from './given-tree.js';
import { treeRef } from './tree-ref.js';
import type { SourceDeps } from './given-tree.js';
import { contentOf, lfsObjectOf, lfsPointerAt } from './lfs-files.js';
import { runsFolder } from '../../layout/index.js';
import type { MlProject, Workspace } from '../ports.js';

/** @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DATA_IGNORED */
function listFiles(project: MlProject, globs: readonly string[], workspace: Workspace): readonly string[] {
  const paths = workspace.glob(project.root, globs);
  if (paths.length === 0)
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `${project.root}/ml.yaml: no file matches "files: ${globs.join(', ')}"`,
      fix: 'Add the files, or correct the globs.',
    });
  const ignored = paths.find((path) => workspace.isIgnored(path));
  if (ignored !== undefined)
    throw new MlError('ERR_ML_DATA_IGNORED', {
      message: `${ignored} is ignored by git, so neither git nor Nx would see it change`,
      fix: `Keep its bytes in the store: nx-ml data add ${ignored}, then "pointer:" instead of "files:" in ml.yaml.`,
    });
  return paths;
}

/** The folder that code sees, by the files as they are now. */
export function filesTree(project: MlProject, globs: readonly string[], workspace: Workspace): ObjectRef {
  return treeRef(filesEntries(project, globs, workspace));
}

/** @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DATA_IGNORED */
export function filesEntries(
  project: MlProject,
  globs: readonly string[],
  workspace: Workspace,
): readonly TreeEntry[] {
  const paths = listFiles(project, globs, workspace);
  const prefix = project.root === '' ? 0 : project.root.length + 1;
  return paths.map((path) => {
    const { digest, size } = contentOf(path, workspace);
    return { path: path.slice(prefix), digest, size };
  });
}

/** @throws MlError ERR_ML_SOURCE_CHANGED when the files no longer are what `expected` says. */
export async function storeFiles(
  project: MlProject,
  globs: readonly string[],
  {
    expected,
    workspace,
    stores,
    foreign,
    processMark,
  }: { readonly expected: ObjectRef } & Pick<SourceDeps, 'workspace' | 'stores' | 'foreign' | 'processMark'>,
): Promise<void> {
  const staging = join(runsFolder(workspace.root), `files.${randomUUID()}@${processMark}`);
  await mkdir(staging, { recursive: true });
  try {
    for (const path of listFiles(project, globs, workspace)) {
      const target = join(staging, path.slice(project.root === '' ? 0 : project.root.length + 1));
      await mkdir(dirname(target), { recursive: true });
      const pointer = lfsPointerAt(path, workspace);
      const bytes =
        pointer === undefined ? join(workspace.root, path) : await lfsObjectOf(pointer, path, foreign);
      await copyFile(bytes, target);
    }
    refuseOther(await stores.objects.putTree(staging), expected, project.root);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

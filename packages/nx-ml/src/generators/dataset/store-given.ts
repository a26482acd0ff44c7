import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { logger } from '@nx/devkit';
import { openFolderStore, writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { dataCacheFolder } from '@nx-ml/core/layout';
import { addData } from '@nx-ml/core/usecases/data';

import { storeFolder } from '../../store-folder.js';
import { sizeText } from '../../report/quantities.js';
import type { GivenFiles } from './given-files.js';

/**
 * Copies the files to where their pointer says, and puts them into the store.
 *
 * @param root absolute; of the workspace.
 * @param target workspace-relative.
 */
export async function storeGiven(root: string, target: string, given: GivenFiles): Promise<void> {
  const copy = join(root, target);
  if (copy !== given.path) await cp(given.path, copy, { recursive: true, errorOnExist: true, force: false });
  const tree = new WorkspaceFiles(root);
  const { objects } = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
  const added = await addData(target, {
    workspace: { root, tree, isIgnored: (path) => tree.isIgnored(path), sizeOf: (path) => tree.sizeOf(path) },
    objects,
    data: new DataFiles({ root, cache: dataCacheFolder(root) }),
    writer: { write: (path, bytes) => writeFileAtomic(join(root, path), bytes) },
  });
  logger.info(`${target} (${sizeText(added.ref.size)}) is in the store; git keeps ${added.pointer}.`);
}

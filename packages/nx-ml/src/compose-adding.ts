import { join } from 'node:path';

import { openFolderStore, writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { dataCacheFolder } from '@nx-ml/core/layout';
import type { addData } from '@nx-ml/core/usecases/data';

import { storeFolder } from './store-folder.js';

export type AddDeps = Parameters<typeof addData>[1];

/** What it takes to add data of a workspace. @param root absolute */
export async function composeAdding(root: string): Promise<AddDeps> {
  const tree = new WorkspaceFiles(root);
  const { objects } = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
  return {
    workspace: { root, tree, isIgnored: (path) => tree.isIgnored(path), sizeOf: (path) => tree.sizeOf(path) },
    objects,
    data: new DataFiles({ root, cache: dataCacheFolder(root) }),
    writer: { write: (path, bytes) => writeFileAtomic(join(root, path), bytes) },
  };
}

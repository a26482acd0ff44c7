import { join } from 'node:path';

import { LocalDvcCache, LocalForeignData } from '@nx-ml/core/adapters/foreign-fs';
import { openFolderStore, writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { ForeignTrees } from '@nx-ml/core/usecases/given';
import { addDvcData } from '@nx-ml/core/usecases/import';

import { foreignRemotes } from '../foreign-remotes.js';
import { addedToDvcJson, addedToDvcText } from '../report/data-add-text.js';
import { storeFolder } from '../store-folder.js';
import type { CliIo } from './command.js';

export interface AddToDvcOptions {
  /** Absolute. */
  readonly root: string;
  readonly json: boolean;
  readonly io: CliIo;
}

/** `nx-ml data add --dvc`. @param paths workspace-relative. */
export async function addToDvc(paths: readonly string[], { root, json, io }: AddToDvcOptions): Promise<void> {
  const stores = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
  const foreign = new ForeignTrees(new LocalForeignData(root, foreignRemotes(process.env)), stores);
  const cache = new LocalDvcCache(root);
  const writer = { write: (path: string, bytes: Uint8Array) => writeFileAtomic(join(root, path), bytes) };
  for (const path of paths) {
    // Looked at anew for each: the one before may have written a .gitignore.
    const tree = new WorkspaceFiles(root);
    const workspace = { root, tree, isIgnored: (file: string) => tree.isIgnored(file) };
    const added = await addDvcData(path, { workspace, stores, foreign, cache, writer });
    io.write(json ? addedToDvcJson(added) : addedToDvcText(added));
  }
}

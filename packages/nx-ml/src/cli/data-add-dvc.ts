import { join } from 'node:path';

import { LocalDvcCache, LocalForeignData } from '@nx-ml/core/adapters/foreign-fs';
import { openFolderStore, writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { ForeignTrees } from '@nx-ml/core/usecases/given';
import { addDvcData } from '@nx-ml/core/usecases/import';
import type { AddedDvcData } from '@nx-ml/core/usecases/import';

import { foreignRemotes } from '../foreign-remotes.js';
import { sizeText } from '../report/quantities.js';
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
    report(await addDvcData(path, { workspace, stores, foreign, cache, writer }), json, io);
  }
}

function report({ pointer, md5, ref, changed }: AddedDvcData, json: boolean, io: CliIo): void {
  const { digest, size, files } = ref;
  if (json) io.write(`${JSON.stringify({ pointer, md5, digest, size, files, changed })}\n`);
  else {
    const what = `${sizeText(size)}${files === 1 ? '' : ` in ${String(files)} files`}`;
    io.write(`${pointer}  ${changed ? '' : 'unchanged  '}${what}  md5 ${md5.slice(0, 12)}\n`);
  }
}

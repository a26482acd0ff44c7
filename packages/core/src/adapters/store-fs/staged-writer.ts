import { join } from 'node:path';

import { checkPathSet } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectWriter, TreeEntry } from '../../store/index.js';
import type { Disk } from './disk.js';
import type { Measured } from './pump.js';
import { checkUnchanged, listFiles, sourceChanged } from './source.js';
import type { Staging } from './staging.js';

/** The puts of one batch. They share one pump, so each waits for the one before. */
export class StagedWriter implements ObjectWriter {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly workspace: Disk,
    private readonly staging: Staging,
  ) {}

  putBytes(bytes: Uint8Array): Promise<ObjectRef> {
    return this.inTurn(async () => fileRef(await this.staging.addDocument(bytes)));
  }

  putFile(path: string): Promise<ObjectRef> {
    return this.inTurn(async () => {
      const staged = await this.staging.addFile(path);
      checkUnchanged(this.workspace, path, staged.fingerprint);
      return fileRef(staged);
    });
  }

  putTree(folder: string): Promise<ObjectRef> {
    return this.inTurn(async () => {
      const entries = await this.stageFiles(folder);
      const { digest } = await this.staging.addTree(encodeTree(entries));
      const size = entries.reduce((sum, entry) => sum + entry.size, 0);
      return { kind: 'tree', digest, size, files: entries.length };
    });
  }

  put(path: string): Promise<ObjectRef> {
    return this.workspace.look(path)?.isDirectory() === true ? this.putTree(path) : this.putFile(path);
  }

  /** Looks at every file again when all are staged, so that the tree is a state that existed as a whole. */
  private async stageFiles(folder: string): Promise<readonly TreeEntry[]> {
    const { workspace, staging } = this;
    const paths = listFiles(workspace, folder);
    checkPathSet(paths);
    const entries: (TreeEntry & { readonly fingerprint: string })[] = [];
    for (const path of paths) entries.push({ path, ...(await staging.addFile(join(folder, path))) });
    for (const { path, fingerprint } of entries) checkUnchanged(workspace, join(folder, path), fingerprint);
    if (listFiles(workspace, folder).join('\0') !== paths.join('\0')) throw sourceChanged(folder);
    return entries;
  }

  private inTurn<T>(put: () => Promise<T>): Promise<T> {
    const result = this.last.then(put);
    this.last = result.catch(() => undefined);
    return result;
  }
}

function fileRef({ digest, size }: Measured): ObjectRef {
  return { kind: 'file', digest, size, files: 1 };
}

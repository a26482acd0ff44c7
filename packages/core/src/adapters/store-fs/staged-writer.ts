import { basename, dirname } from 'node:path';

import { checkPathSet } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectWriter, PutOptions, TreeEntry } from '../../store/index.js';
import type { Disk } from './disk.js';
import { linkFiles } from './linking.js';
import type { LinkingParts } from './linking.js';
import type { Measured } from './pump.js';
import { checkUnchanged, listFiles } from './source.js';
import { checkList, stageTree } from './stage-tree.js';
import type { Staging } from './staging.js';
import { Watch } from './watch.js';

/** The puts of one batch. They share one pump, so each waits for the one before. */
export class StagedWriter implements ObjectWriter {
  private last: Promise<unknown> = Promise.resolve();

  private readonly workspace: Disk;
  private readonly staging: Staging;

  constructor(private readonly parts: LinkingParts) {
    this.workspace = parts.folder.workspace;
    this.staging = parts.staging;
  }

  putBytes(bytes: Uint8Array): Promise<ObjectRef> {
    return this.inTurn(async () => fileRef(await this.staging.addDocument(bytes)));
  }

  putFile(path: string, options?: PutOptions): Promise<ObjectRef> {
    return this.inTurn(async () => {
      const watch = new Watch(options, { ofFiles: 1 });
      const measured = await this.takeFile(path, watch, options);
      watch.end();
      return fileRef(measured);
    });
  }

  putTree(folder: string, options?: PutOptions): Promise<ObjectRef> {
    return this.inTurn(async () => {
      const paths = listFiles(this.workspace, folder);
      checkPathSet(paths);
      const watch = new Watch(options, { ofFiles: paths.length });
      const entries = await this.takeTree(folder, paths, { watch, options });
      const { digest } = await this.staging.addTree(encodeTree(entries));
      const size = entries.reduce((sum, entry) => sum + entry.size, 0);
      watch.end();
      return { kind: 'tree', digest, size, files: entries.length };
    });
  }

  put(path: string, options?: PutOptions): Promise<ObjectRef> {
    return this.workspace.look(path)?.isDirectory() === true
      ? this.putTree(path, options)
      : this.putFile(path, options);
  }

  private async takeFile(path: string, watch: Watch, options?: PutOptions): Promise<Measured> {
    if (options?.by === 'link') {
      const { onCopied } = options;
      const file = { base: dirname(path), paths: [basename(path)], watch, onCopied, check: () => undefined };
      const [entry] = await linkFiles(this.parts, file);
      if (entry !== undefined) return entry;
    }
    const staged = await this.staging.addFile(path, watch);
    checkUnchanged(this.workspace, path, staged.mark);
    return staged;
  }

  private takeTree(
    base: string,
    paths: readonly string[],
    { watch, options }: { readonly watch: Watch; readonly options: PutOptions | undefined },
  ): Promise<readonly TreeEntry[]> {
    const { workspace, staging } = this;
    if (options?.by !== 'link') return stageTree({ workspace, staging, watch }, base, paths);
    const check = (): void => {
      checkList(workspace, base, paths);
    };
    return linkFiles(this.parts, { base, paths, watch, onCopied: options.onCopied, check });
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

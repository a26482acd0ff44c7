import { checkPathSet } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectWriter, WatchOptions } from '../../store/index.js';
import type { Disk } from './disk.js';
import type { Measured } from './pump.js';
import { checkUnchanged, listFiles } from './source.js';
import { stageTree } from './stage-tree.js';
import type { Staging } from './staging.js';
import { Watch } from './watch.js';

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

  putFile(path: string, options?: WatchOptions): Promise<ObjectRef> {
    return this.inTurn(async () => {
      const watch = new Watch(options, { ofFiles: 1 });
      const staged = await this.staging.addFile(path, watch);
      checkUnchanged(this.workspace, path, staged.mark);
      watch.end();
      return fileRef(staged);
    });
  }

  putTree(folder: string, options?: WatchOptions): Promise<ObjectRef> {
    return this.inTurn(async () => {
      const paths = listFiles(this.workspace, folder);
      checkPathSet(paths);
      const watch = new Watch(options, { ofFiles: paths.length });
      const entries = await stageTree(
        { workspace: this.workspace, staging: this.staging, watch },
        folder,
        paths,
      );
      const { digest } = await this.staging.addTree(encodeTree(entries));
      const size = entries.reduce((sum, entry) => sum + entry.size, 0);
      watch.end();
      return { kind: 'tree', digest, size, files: entries.length };
    });
  }

  put(path: string, options?: WatchOptions): Promise<ObjectRef> {
    return this.workspace.look(path)?.isDirectory() === true
      ? this.putTree(path, options)
      : this.putFile(path, options);
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

import { join, resolve } from 'node:path';

import {
  bytesSource,
  checkBlobName,
  checkBlobPrefix,
  isBlobName,
  refuseCancelled,
  watched,
  wholeSource,
} from '../../remote/index.js';
import type {
  BlobInfo,
  BlobRange,
  BlobSource,
  OpenBlob,
  ServedBlobs,
  TransferOptions,
} from '../../remote/index.js';
import { nodeFolderCalls } from './folder-calls.js';
import type { FolderCalls } from './folder-calls.js';
import { FolderFiles } from './folder-files.js';

/** What is being written lies here, on the same file system, and is no blob. */
const scratch = 'tmp';
/** What NFS calls a file that is deleted while somebody has it open. */
const deleted = '.nfs';

/** A remote in a shared folder: one file a blob. */
export class FolderBlobs implements ServedBlobs {
  readonly place: string;
  readonly readsOnce = true;
  readonly #files: FolderFiles;

  /** @param root must be there; it is never made, for it may be a disk that is not mounted. */
  constructor(root: string, calls: FolderCalls = nodeFolderCalls) {
    this.place = resolve(root);
    this.#files = new FolderFiles(this.place, calls);
  }

  async *list(prefix: string, after = ''): AsyncIterable<BlobInfo> {
    checkBlobPrefix(prefix);
    await this.#files.assertThere();
    yield* this.#below(prefix, after);
  }

  /** A folder counts as its name and the slash: so its files stand where their whole names do. */
  async *#below(folder: string, after: string): AsyncIterable<BlobInfo> {
    const items = (await this.#files.list(join(this.place, folder)))
      .map((item) => ({ item, name: `${folder}${item.name}${item.isDirectory() ? '/' : ''}` }))
      .filter(({ item, name }) => isOurs(item.name, name) && isBehind(name, after))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { item, name } of items) {
      if (item.isDirectory()) yield* this.#below(name, after);
      const found = item.isFile() ? await this.#files.look(this.#path(name)) : undefined;
      if (found !== undefined) yield { name, size: Number(found.size), changedAt: Number(found.mtimeMs) };
    }
  }

  async size(name: string): Promise<number | undefined> {
    const found = await this.#files.look(this.#path(name));
    return found === undefined ? undefined : Number(found.size);
  }

  async read(
    name: string,
    range?: BlobRange,
    options: TransferOptions = {},
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    refuseCancelled(options.signal);
    const size = await this.size(name);
    if (size === undefined) return undefined;
    const { start, end } = range ?? { start: 0, end: size };
    return watched(this.#files.read(this.#path(name), start, Math.min(end, size)), options);
  }

  async write(name: string, source: BlobSource, options: TransferOptions = {}): Promise<void> {
    const path = this.#path(name);
    await this.#files.assertThere();
    refuseCancelled(options.signal);
    if (await this.#adopted(source, path)) {
      options.onBytes?.(source.size);
      return;
    }
    const bytes = watched(wholeSource(source, name), options);
    await this.#files.stage(bytes, async (staged) => {
      refuseCancelled(options.signal);
      await this.#files.rename(staged, path);
    });
  }

  async #adopted({ spare, size }: BlobSource, path: string): Promise<boolean> {
    return spare !== undefined && this.#files.adopt(spare, path, size);
  }

  create(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.createFrom(name, bytesSource(bytes));
  }

  async createFrom(name: string, source: BlobSource, options: TransferOptions = {}): Promise<boolean> {
    const path = this.#path(name);
    await this.#files.assertThere();
    if ((await this.#files.look(path)) !== undefined) return false;
    const bytes = watched(wholeSource(source, name), options);
    return this.#files.stage(bytes, async (staged) => {
      refuseCancelled(options.signal);
      return this.#files.link(staged, path);
    });
  }

  async open(name: string): Promise<OpenBlob | undefined> {
    return this.#files.open(this.#path(name));
  }

  async remove(name: string): Promise<void> {
    await this.#files.remove(this.#path(name));
  }

  #path(name: string): string {
    return join(this.place, checkBlobName(name));
  }
}

/** @param name from the root on; that of a folder ends with a slash */
function isOurs(item: string, name: string): boolean {
  const path = name.replace(/\/$/, '');
  return isBlobName(path) && path !== scratch && !item.startsWith(deleted);
}

/** Of a folder: whether something in it may stand behind that place. */
function isBehind(name: string, after: string): boolean {
  return name > after || (name.endsWith('/') && after.startsWith(name));
}

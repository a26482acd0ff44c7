import { dirname } from 'node:path';

import { digestOf, MlError, shortDigest } from '../../kernel/index.js';
import type { Clock, Digest } from '../../kernel/index.js';
import type {
  IncomingObject,
  MaterialiseOptions,
  ObjectRef,
  ObjectSource,
  ObjectStore,
  ObjectWriter,
  PutOptions,
  TreeEntry,
  VerifyResult,
  WatchOptions,
} from '../../store/index.js';
import { ObjectFiles } from './object-files.js';
import { openObjectSource } from './object-source.js';
import { Pump } from './pump.js';
import { Receiving } from './receive.js';
import { Received } from './received.js';
import { checkTarget, removeQuietly, replaceTarget, sweepSiblings } from './replace-target.js';
import { readTree, Restore } from './restore.js';
import { StagedWriter } from './staged-writer.js';
import { Staging } from './staging.js';
import { siblingOf } from './store-folder.js';
import type { StoreFolder } from './store-folder.js';
import { Watch } from './watch.js';

const defaultLimit = 64 * 1024 * 1024;

/** The object port over a folder. */
export class FolderObjectStore implements ObjectStore {
  private readonly objects: ObjectFiles;
  /** Folders whose leftovers were looked for already. */
  private readonly swept = new Set<string>();
  private readonly refusing = new Set<bigint>();
  private readonly received: Received;

  constructor(
    private readonly folder: StoreFolder,
    private readonly clock: Clock,
    readOnly = false,
  ) {
    this.objects = new ObjectFiles(folder, readOnly ? undefined : clock);
    this.received = new Received(folder, () => clock.monotonic());
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.missing([digest])).length === 0;
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const missing = [...new Set(digests)].filter((digest) => !this.objects.hasToRelyOn(digest));
    if (missing.length > 0) this.objects.assertMounted();
    return Promise.resolve(missing);
  }

  putBytes(bytes: Uint8Array): Promise<ObjectRef> {
    return this.batch((writer) => writer.putBytes(bytes));
  }

  putFile(path: string, options?: PutOptions): Promise<ObjectRef> {
    return this.batch((writer) => writer.putFile(path, options), options);
  }

  putTree(folder: string, options?: PutOptions): Promise<ObjectRef> {
    return this.batch((writer) => writer.putTree(folder, options), options);
  }

  put(path: string, options?: PutOptions): Promise<ObjectRef> {
    return this.batch((writer) => writer.put(path, options), options);
  }

  async batch<T>(action: (writer: ObjectWriter) => Promise<T>, options?: WatchOptions): Promise<T> {
    const { folder, objects } = this;
    const pump = new Pump();
    const staging = new Staging(folder, objects, pump);
    try {
      const result = await action(new StagedWriter({ folder, objects, pump, staging }));
      await staging.commit(new Watch({ signal: options?.signal }));
      return result;
    } finally {
      await staging.end();
    }
  }

  async readBytes(digest: Digest, limit = defaultLimit): Promise<Buffer> {
    const bytes = await this.objects.open(digest).using((file) => {
      const stat = file.stat();
      const size = Number(stat.size);
      if (size > limit) throw tooLong(digest, size, limit);
      this.objects.rely(digest, stat.mtimeMs);
      const buffer = Buffer.allocUnsafe(size);
      return buffer.subarray(0, file.read(buffer));
    });
    if (digestOf(bytes) !== digest) throw await this.objects.condemn(digest, new Pump());
    return bytes;
  }

  async materialise(ref: ObjectRef, target: string, options: MaterialiseOptions = {}): Promise<void> {
    const { workspace } = this.folder;
    checkTarget(workspace, target);
    workspace.makeFolder(dirname(target));
    await this.sweepBeside(target);
    const built = siblingOf(target);
    try {
      const watch = new Watch(options, { ofFiles: ref.files, ofBytes: ref.size });
      await this.restore(options.for ?? 'read', watch).build(ref, built);
      await replaceTarget(workspace, built, target);
      watch.end();
    } catch (error) {
      await removeQuietly(built);
      throw error;
    }
  }

  source(digest: Digest): Promise<ObjectSource> {
    return openObjectSource(digest, this.folder, this.objects);
  }

  receive(incoming: IncomingObject): Promise<void> {
    const { folder, clock, received } = this;
    return new Receiving(incoming, { folder, clock, received }).run();
  }

  async verify(ref: ObjectRef, options?: WatchOptions): Promise<VerifyResult> {
    const missing: Digest[] = [];
    const corrupt: Digest[] = [];
    const watch = new Watch(options);
    const pump = new Pump(watch);
    const check = async (digest: Digest): Promise<boolean> => {
      watch.advance(1, 0);
      if (!this.objects.has(digest)) missing.push(digest);
      else if ((await this.objects.check(digest, pump)) === 'corrupt') corrupt.push(digest);
      else return true;
      return false;
    };
    if ((await check(ref.digest)) && ref.kind === 'tree')
      for (const digest of new Set((await this.tree(ref)).map((entry) => entry.digest))) await check(digest);
    if (missing.length > 0) this.objects.assertMounted();
    watch.end();
    return { missing, corrupt };
  }

  private restore(use: 'read' | 'edit', watch: Watch): Restore {
    const { folder, objects, refusing, received } = this;
    const read = (digest: Digest, limit: number): Promise<Buffer> => this.readBytes(digest, limit);
    return new Restore({ folder, objects, use, read, refusing, received, watch, pump: new Pump(watch) });
  }

  private tree(ref: ObjectRef): Promise<readonly TreeEntry[]> {
    return readTree(ref, (digest, limit) => this.readBytes(digest, limit));
  }

  private async sweepBeside(target: string): Promise<void> {
    const folder = dirname(target);
    if (this.swept.has(folder)) return;
    this.swept.add(folder);
    await sweepSiblings(this.folder.workspace, folder, this.clock.now());
  }
}

function tooLong(digest: Digest, size: number, limit: number): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `The object ${shortDigest(digest)} has ${String(size)} bytes, more than the ${String(limit)} expected here`,
    fix: 'Check what refers to it: a document of that size cannot be what it claims.',
  });
}

import { dirname } from 'node:path';

import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { errnoOf } from './failures.js';
import type { ObjectFiles } from './object-files.js';
import type { OpenFile } from './open-file.js';
import type { Measured, Pump } from './pump.js';
import { fingerprint, openSource } from './source.js';
import type { StoreFolder } from './store-folder.js';

/** From so many files on, one sync of the whole file system is cheaper than one a file. */
const batchSize = 8;

export interface StagedFile extends Measured {
  /** What the source looked like when it was opened. */
  readonly fingerprint: string;
}

/**
 * New objects on their way into the store: first brought into tmp/, then made durable and named together. Steps 1
 * to 7 of "Writing an object" in docs/design/store.md.
 */
export class Staging {
  private readonly staged = new Map<Digest, string>();
  /** Tree documents among them, which get their names last. */
  private readonly trees = new Set<Digest>();
  /** Objects whose names must be durable in the end, also those that stood there already. */
  private readonly touched = new Set<Digest>();

  constructor(
    private readonly folder: StoreFolder,
    private readonly objects: ObjectFiles,
    private readonly pump: Pump,
  ) {}

  /** Bytes of their own, such as the documents of a run: few, and put while other runs sync theirs. */
  addDocument(bytes: Uint8Array): Promise<Measured> {
    return this.addBytes(bytes, (path) => this.folder.disk.createAside(path, 0o444));
  }

  private async addBytes(
    bytes: Uint8Array,
    create: (path: string) => OpenFile | Promise<OpenFile> = (path) => this.folder.disk.create(path, 0o444),
  ): Promise<Measured> {
    const measured = { digest: digestOf(bytes), size: bytes.length };
    if (!(await this.isThere(measured.digest, (file) => this.pump.holds(file, bytes)))) {
      const created = await create(this.temporaryFor(measured.digest));
      await created.using((file) => {
        file.write(bytes);
      });
    }
    await this.pump.breathe(bytes.length);
    return measured;
  }

  /** A tree's document: it is named when all that is staged has its name and is durable. */
  async addTree(document: Uint8Array): Promise<Measured> {
    const measured = await this.addDocument(document);
    this.trees.add(measured.digest);
    return measured;
  }

  async addFile(path: string): Promise<StagedFile> {
    return openSource(this.folder.workspace, path).using(async (source) => {
      const before = source.stat();
      const small = before.size < BigInt(this.pump.block.length);
      const measured = small
        ? await this.addBytes(this.pump.block.subarray(0, source.read(this.pump.block)))
        : await this.addLarge(source);
      return { ...measured, fingerprint: fingerprint(before) };
    });
  }

  private async addLarge(source: OpenFile): Promise<Measured> {
    const temporary = this.folder.newTemporary();
    let kept = false;
    try {
      const measured = await this.bring(source, temporary);
      const same = (file: OpenFile): Promise<boolean> =>
        this.folder.disk.open(temporary).using((copy) => this.pump.same(file, copy));
      kept = !(await this.isThere(measured.digest, same));
      if (kept) this.staged.set(measured.digest, temporary);
      return measured;
    } finally {
      if (!kept) this.folder.disk.discard(temporary);
    }
  }

  /** A clone is a still picture and is hashed itself; else the bytes are hashed on their way. */
  private async bring(source: OpenFile, temporary: string): Promise<Measured> {
    const { disk } = this.folder;
    if (!disk.clone(source.path, temporary))
      return disk.create(temporary, 0o444).using((copy) => this.pump.run(source, copy));
    disk.chmod(temporary, 0o444);
    return disk.open(temporary).using((copy) => this.pump.run(copy));
  }

  /** True when this batch or the store has the object already; a damaged one is moved out of the way. */
  private async isThere(digest: Digest, same: (file: OpenFile) => Promise<boolean>): Promise<boolean> {
    this.touched.add(digest);
    if (this.staged.has(digest)) return true;
    const existing = this.objects.tryOpen(digest);
    if (existing === undefined) return false;
    return existing.using(async (file) => {
      const stat = file.stat();
      // Of an object whose age cannot be refreshed this user makes a copy, lest it is deleted as an old one.
      if (await same(file)) return this.objects.rely(digest, stat.mtimeMs) === 'fresh';
      this.objects.quarantine(digest, stat.ino);
      return false;
    });
  }

  private temporaryFor(digest: Digest): string {
    const temporary = this.folder.newTemporary();
    this.staged.set(digest, temporary);
    return temporary;
  }

  /** Makes everything staged visible and durable. */
  async commit(): Promise<void> {
    await this.makeDurable([...this.staged.values()], (path) =>
      this.folder.disk.open(path).using((file) => file.sync()),
    );
    const files = [...this.touched].filter((digest) => !this.trees.has(digest));
    await this.nameAll(files);
    if (this.trees.size > 0) await this.nameAll([...this.trees]);
    this.touched.clear();
    this.trees.clear();
  }

  private async nameAll(digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) {
      const temporary = this.staged.get(digest);
      if (temporary === undefined) continue;
      this.publish(temporary, this.folder.object(digest));
      this.staged.delete(digest);
      await this.pump.breathe(0);
    }
    const { objectNames, disk } = this.folder;
    const folders = objectNames.upwards(digests.map((digest) => dirname(this.folder.object(digest))));
    await this.makeDurable(folders, (path) => disk.syncFolder(path));
    objectNames.settle(folders);
  }

  /** Removes what was staged and not committed. */
  discard(): void {
    for (const temporary of this.staged.values()) this.folder.disk.discard(temporary);
    this.staged.clear();
  }

  private publish(temporary: string, path: string): void {
    const { disk } = this.folder;
    try {
      disk.rename(temporary, path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      disk.makeFolder(dirname(path));
      disk.rename(temporary, path);
    }
  }

  private async makeDurable(paths: readonly string[], one: (path: string) => Promise<void>): Promise<void> {
    if (paths.length >= batchSize && (await this.folder.disk.calls.syncFileSystem(this.folder.root))) return;
    const waiting = [...paths];
    const worker = async (): Promise<void> => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await one(path);
    };
    await Promise.all(Array.from({ length: Math.min(batchSize, paths.length) }, worker));
  }
}

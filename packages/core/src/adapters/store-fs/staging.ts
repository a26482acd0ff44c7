import { basename, dirname } from 'node:path';

import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { makeDurable } from './durable.js';
import type { StageJob, Staged } from './hand.js';
import { Hands, jobSize, manyFiles } from './hands.js';
import { jobsOf, lookJobs } from './jobs.js';
import type { ObjectFiles } from './object-files.js';
import type { OpenFile } from './open-file.js';
import type { Measured, Pump } from './pump.js';
import { markOf, openSource } from './source.js';
import type { Mark } from './source.js';
import type { StoreFolder } from './store-folder.js';
import { Temporaries } from './temporaries.js';
import type { Watch } from './watch.js';

export interface StagedFile extends Measured {
  /** What the source looked like when it was opened. */
  readonly mark: Mark;
}

/**
 * New objects on their way into the store: first brought into tmp/, then made durable and named together. Steps 1
 * to 7 of "Writing an object" in docs/design/store.md.
 */
export class Staging {
  private readonly staged: Temporaries;
  /** Tree documents, which get their names last. */
  private readonly trees = new Set<Digest>();
  /** Folders of all other objects, also of those that stood there already: their names must be durable in the end. */
  private readonly touched = new Set<string>();
  /** Started ahead of the one that counts. */
  private syncing: Promise<unknown> = Promise.resolve();
  private few: Hands | undefined;
  private many: Hands | undefined;

  constructor(
    private readonly folder: StoreFolder,
    private readonly objects: ObjectFiles,
    private readonly pump: Pump,
  ) {
    this.staged = new Temporaries(folder);
  }

  /** Bytes of their own, such as the documents of a run: few, and put while other runs sync theirs. */
  async addDocument(bytes: Uint8Array): Promise<Measured> {
    const measured = await this.addBytes(bytes);
    this.touch(measured.digest);
    return measured;
  }

  /** A tree's document: it is named when all that is staged has its name and is durable. */
  async addTree(document: Uint8Array): Promise<Measured> {
    const measured = await this.addBytes(document);
    this.trees.add(measured.digest);
    return measured;
  }

  private async addBytes(bytes: Uint8Array): Promise<Measured> {
    const measured = { digest: digestOf(bytes), size: bytes.length };
    if (!(await this.isThere(measured.digest, (file) => this.pump.holds(file, bytes)))) {
      const created = await this.folder.disk.createAside(this.staged.placeFor(measured.digest), 0o444);
      await created.using((file) => {
        file.write(bytes);
      });
    }
    await this.pump.breathe(bytes.length);
    return measured;
  }

  async addFile(path: string, watch: Watch): Promise<StagedFile> {
    const hands = this.fewHands();
    const found: StagedFile[] = [];
    const done = ({ digests, sizes, marks }: Staged): void => {
      const [digest, size] = [digests[0], sizes[0]];
      if (digest != null && size !== undefined) found.push({ digest, size, mark: marks });
    };
    await this.stage(hands, [{ base: dirname(path), paths: [basename(path)], first: 0 }], { watch, done });
    return found[0] ?? (await this.addLarge(path, watch));
  }

  /** Stages the small ones among the files of a tree. @param done is told what became of each job's files, in any order */
  async addSmallFiles(
    base: string,
    paths: readonly string[],
    watching: { readonly watch: Watch; readonly done: (staged: Staged, job: StageJob) => void },
  ): Promise<void> {
    await this.stage(await this.handsFor(paths.length), jobsOf(base, paths), watching);
    // What follows takes this thread a while. The sync that counts comes later, and finds little left to do.
    if (paths.length >= manyFiles) this.syncing = this.folder.disk.calls.syncFileSystem(this.folder.root);
  }

  /** @throws MlError ERR_ML_SOURCE_CHANGED unless all files still are what their marks say */
  async checkUnchanged(
    base: string,
    paths: readonly string[],
    { watch, marks }: { readonly watch: Watch; readonly marks: BigUint64Array },
  ): Promise<void> {
    const hands = await this.handsFor(paths.length);
    await hands.all('look', lookJobs(jobsOf(base, paths), marks), { watch });
  }

  private async stage(
    hands: Hands,
    jobs: Iterable<StageJob>,
    { watch, done }: { readonly watch: Watch; readonly done: (staged: Staged, job: StageJob) => void },
  ): Promise<void> {
    const take = (result: Staged, job: StageJob, folder: string): void => {
      for (const [index, digest] of result.digests.entries()) {
        if (digest === null) continue;
        this.touch(digest);
        const temporary = result.temporaries[index] ?? null;
        if (temporary !== null) this.staged.keep(digest, temporary, folder);
      }
      const isSmall = (digest: Digest | null): boolean => digest !== null;
      watch.advance(
        result.digests.filter(isSmall).length,
        result.sizes.reduce((sum, size) => sum + size, 0),
      );
      done(result, job);
    };
    await hands.all('stage', jobs, { watch, done: take });
  }

  private async handsFor(files: number): Promise<Hands> {
    if (files < manyFiles) return this.fewHands();
    return (this.many ??= new Hands(
      { folder: this.folder, objects: this.objects, files },
      await this.staged.makeFolders(2),
    ));
  }

  private fewHands(): Hands {
    return (this.few ??= new Hands({ folder: this.folder, objects: this.objects, files: 1 }));
  }

  /** An object that stands or will stand: its name must be durable in the end. */
  touch(digest: Digest): void {
    this.touched.add(dirname(this.folder.object(digest)));
  }

  /** Stages a file of any size. */
  async addLarge(path: string, watch: Watch): Promise<StagedFile> {
    const { file, stat } = openSource(this.folder.workspace, path);
    this.pump.watch = watch;
    try {
      const measured = await file.using((source) => this.addLargeSource(source));
      this.touch(measured.digest);
      watch.advance(1, 0);
      return { ...measured, mark: markOf(stat) };
    } finally {
      this.pump.watch = undefined;
    }
  }

  private async addLargeSource(source: OpenFile): Promise<Measured> {
    const temporary = this.folder.newTemporary();
    let kept = false;
    try {
      const measured = await this.bring(source, temporary);
      const same = (file: OpenFile): Promise<boolean> =>
        this.folder.disk.open(temporary).using((copy) => this.pump.same(file, copy));
      kept = !(await this.isThere(measured.digest, same));
      if (kept) this.staged.keep(measured.digest, temporary, '');
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

  /**
   * Makes everything staged visible and durable.
   *
   * @param watch may end it. What has its name by then keeps it; no tree is named that is not whole.
   */
  async commit(watch: Watch): Promise<void> {
    await this.syncing;
    await makeDurable(this.folder, this.staged.paths(), (path) =>
      this.folder.disk.open(path).using((file) => file.sync()),
    );
    await this.name(this.trees, watch);
    await this.makeNamesDurable(this.touched);
    await this.name(new Set(), watch);
    await this.makeNamesDurable([...this.trees].map((digest) => dirname(this.folder.object(digest))));
    this.touched.clear();
    this.trees.clear();
  }

  private async name(except: ReadonlySet<Digest>, watch: Watch): Promise<void> {
    if (this.staged.size === 0) return;
    const hands = this.many ?? this.fewHands();
    await hands.all('name', this.staged.nameJobs(jobSize, except), {
      watch,
      done: (_, { digests }) => {
        this.staged.forget(digests);
      },
    });
  }

  private async makeNamesDurable(touched: Iterable<string>): Promise<void> {
    const { objectNames, disk } = this.folder;
    const folders = objectNames.upwards(touched);
    await makeDurable(this.folder, folders, (path) => disk.syncFolder(path));
    objectNames.settle(folders);
  }

  /** Removes what was staged and not committed. */
  async end(): Promise<void> {
    await Promise.all([this.many?.end(), this.syncing]);
    this.staged.discard();
  }
}

import type { Digest } from '../../kernel/index.js';
import type { GcMarks, GcStore, Leftover, RegisteredWorkspace, StoredObject } from '../../gc/index.js';

const dayMs = 86_400_000;

export interface WorldStoreOptions {
  /** Called between any two things that others can see in between. */
  readonly between: () => void;
  readonly now: () => number;
  /** Leave a part of the protocol out, to see that a test finds it. */
  readonly without?: 'refresh' | 'second look' | undefined;
}

interface Kept {
  readonly bytes: Buffer;
  readonly changedAt: number;
}

/** A folder store as a model: every step of putting and deleting that another process can see is one step here. */
export class WorldStore implements GcStore {
  readonly kept = new Map<Digest, Kept>();
  readonly trash = new Map<string, Kept & { readonly digest: Digest }>();
  readonly #options: WorldStoreOptions;
  #marks: GcMarks | undefined;
  #ticks = 0;

  constructor(options: WorldStoreOptions) {
    this.#options = options;
  }

  /** Steps of a put. */
  *put(digest: Digest, bytes: Buffer): Generator<undefined, void> {
    const found = this.kept.get(digest);
    yield;
    if (found === undefined || !this.#rely(digest, found))
      this.kept.set(digest, { bytes, changedAt: this.#time() });
  }

  /** Sets the time by the path. @returns false when it is gone. */
  #rely(digest: Digest, found: Kept): boolean {
    if (this.#options.without === 'refresh') return true;
    if (Math.abs(this.#options.now() - found.changedAt) < dayMs) return true;
    const now = this.kept.get(digest);
    if (now !== undefined) this.kept.set(digest, { ...now, changedAt: this.#time() });
    return now !== undefined;
  }

  /** No two changes have the same time, as with nanoseconds. */
  #time(): number {
    this.#ticks += 1;
    return this.#options.now() + this.#ticks / 1000;
  }

  objects(): Promise<ReadonlyMap<Digest, StoredObject>> {
    this.#options.between();
    const objects = [...this.kept].map(([digest, { bytes, changedAt }]) => ({
      digest,
      size: bytes.length,
      changedAt,
    }));
    this.#options.between();
    return Promise.resolve(new Map(objects.map((object) => [object.digest, object])));
  }

  startOf(digest: Digest): Promise<Buffer | undefined> {
    return Promise.resolve(this.kept.get(digest)?.bytes.subarray(0, 64));
  }

  changedAt(digest: Digest): Promise<number | undefined> {
    return Promise.resolve(this.kept.get(digest)?.changedAt);
  }

  journals(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  leftovers(): Promise<readonly Leftover[]> {
    return Promise.resolve([]);
  }

  workspaces(): Promise<readonly RegisteredWorkspace[]> {
    return Promise.resolve([{ id: 'world', host: 'world', path: '/world', inode: '1', git: null }]);
  }

  unregister(): Promise<void> {
    return Promise.resolve();
  }

  readMarks(): Promise<GcMarks | undefined> {
    return Promise.resolve(this.#marks);
  }

  writeMarks(marks: GcMarks): Promise<void> {
    this.#options.between();
    this.#marks = marks;
    this.#options.between();
    return Promise.resolve();
  }

  restoreSetAside(): Promise<void> {
    for (const name of [...this.trash.keys()]) this.#restore(name);
    return Promise.resolve();
  }

  remove({ digest, changedAt }: StoredObject): Promise<boolean> {
    const { between, without } = this.#options;
    between();
    const found = this.kept.get(digest);
    if (found === undefined) return Promise.resolve(false);
    this.kept.delete(digest);
    const name = `${digest}.${String(this.#ticks++)}`;
    this.trash.set(name, { ...found, digest });
    between();
    const moved = this.trash.get(name);
    if (moved === undefined) return Promise.resolve(false);
    const isUntouched = moved.changedAt === changedAt || without === 'second look';
    if (isUntouched) this.trash.delete(name);
    else this.#restore(name);
    between();
    return Promise.resolve(isUntouched);
  }

  removeLeftover(): Promise<boolean> {
    return Promise.resolve(false);
  }

  #restore(name: string): void {
    const moved = this.trash.get(name);
    if (moved === undefined) return;
    if (!this.kept.has(moved.digest)) this.kept.set(moved.digest, moved);
    this.trash.delete(name);
  }
}

import { digestOf } from '../../kernel/index.js';
import type { Clock, Digest } from '../../kernel/index.js';
import type { PointerRoot, RootReader, WorkspaceRoots } from '../../gc/index.js';
import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { encodePointer } from '../../documents/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { GarbageDeps } from '../store/collect-garbage.js';
import { WorldRepository } from './gc-world-repository.js';
import type { Draw } from './gc-world-repository.js';
import { WorldStore } from './gc-world-store.js';
import type { WorldStoreOptions } from './gc-world-store.js';

const hourMs = 3_600_000;
/** A put and what it is put for lie no farther apart. */
const longestAdd = 22 * hourMs;

/** Contents that people add: files and trees, some of whose files are the same. */
const files = Array.from({ length: 5 }, (_, index) => Buffer.from(`file ${String(index)}`));
const trees = [
  [0, 1],
  [1, 2],
  [3, 4],
  [0, 3],
].map((members) => ({ members, document: treeOf(members) }));

interface Content {
  readonly ref: ObjectRef;
  /** In the order in which they are put. */
  readonly objects: readonly (readonly [Digest, Buffer])[];
}

const contents: readonly Content[] = [
  ...files.map((bytes) => ({
    ref: { kind: 'file' as const, digest: digestOf(bytes), size: bytes.length, files: 1 },
    objects: [[digestOf(bytes), bytes] as const],
  })),
  ...trees.map(({ members, document }) => ({
    ref: { kind: 'tree' as const, digest: digestOf(document), size: 12, files: members.length },
    objects: [...members.map(fileAt), [digestOf(document), document] as const],
  })),
];

function fileAt(index: number): readonly [Digest, Buffer] {
  const bytes = files[index] ?? Buffer.alloc(0);
  return [digestOf(bytes), bytes];
}

function treeOf(members: readonly number[]): Buffer {
  return encodeTree(
    members.map((index) => ({ path: `f${String(index)}`, digest: fileAt(index)[0], size: 6 })),
  );
}

interface Adder {
  readonly startedAt: number;
  readonly steps: Iterator<undefined>;
}

export class Killed extends Error {}

/**
 * People who add data, and use git, and a store between them. Whatever a gc asks for goes through here, and others act
 * in between.
 */
export class GcWorld implements RootReader {
  readonly repository = new WorldRepository();
  readonly store: WorldStore;
  readonly deps: GarbageDeps;
  /** How many steps others take between two of the gc at most; 0 outside of a gc. */
  busy = 0;
  /** The gc dies after so many of its steps. */
  killAfter = Infinity;
  readonly #draw: Draw;
  readonly #adders: Adder[] = [];
  #now = Date.UTC(2026, 0, 1);

  constructor(draw: Draw, without?: WorldStoreOptions['without']) {
    this.#draw = draw;
    const now = (): number => this.#now;
    this.store = new WorldStore({
      between: () => {
        this.#between();
      },
      now,
      without,
    });
    const clock: Clock = { now, monotonic: now };
    const objects = new WorldObjects(this.store);
    this.deps = { store: this.store, roots: this, stores: { objects, journals: new MemoryJournal() }, clock };
  }

  /** Someone does something. */
  act(): void {
    const what = this.#draw(10);
    if (what < 3) this.#startAdding();
    else if (what < 6) this.#goOnAdding();
    else this.repository.act(this.#draw);
  }

  pass(ms: number): void {
    for (const adder of [...this.#adders])
      while (this.#adders.includes(adder) && this.#now + ms - adder.startedAt > longestAdd) this.#step(adder);
    this.#now += ms;
  }

  /** Everybody comes to an end. */
  settle(): void {
    while (this.#adders[0] !== undefined) this.#step(this.#adders[0]);
  }

  /** What is needed now. */
  needed(): ReadonlySet<Digest> {
    const refs = this.repository.all();
    const names = refs.map(({ digest }) => contents.find(({ ref }) => ref.digest === digest));
    return new Set(names.flatMap((content) => content?.objects.map(([digest]) => digest) ?? []));
  }

  /** What is needed, and is not there. */
  lost(): readonly Digest[] {
    return [...this.needed()].filter((digest) => !this.store.kept.has(digest));
  }

  /** As git is read: all of history at one moment, then one worktree after the other. */
  read(): Promise<WorkspaceRoots> {
    const refs: ObjectRef[] = [];
    this.#between();
    refs.push(...this.repository.history());
    for (const tree of [...this.repository.worktrees]) {
      this.#between();
      refs.push(...tree.index.values());
      this.#between();
      refs.push(...tree.files.values());
    }
    this.#between();
    const pointers = [...new Set(refs)].map(pointerRoot);
    return Promise.resolve({ pointers, results: [], branches: new Set(), repositories: 1, worktrees: 1 });
  }

  #between(): void {
    if (this.busy === 0) return;
    if (this.killAfter-- <= 0) throw new Killed();
    for (let count = this.#draw(this.busy); count > 0; count -= 1) this.act();
  }

  #startAdding(): void {
    const content = contents[this.#draw(contents.length)];
    if (content !== undefined) this.#adders.push({ startedAt: this.#now, steps: this.#add(content) });
  }

  *#add({ ref, objects }: Content): Generator<undefined> {
    for (const [digest, bytes] of objects) yield* this.store.put(digest, bytes);
    yield;
    this.repository.point(`data-${String(this.#draw(4))}`, ref, this.#draw);
  }

  #goOnAdding(): void {
    const adder = this.#adders[this.#draw(Math.max(1, this.#adders.length))];
    if (adder !== undefined) this.#step(adder);
  }

  #step(adder: Adder): void {
    if (adder.steps.next().done === true) this.#adders.splice(this.#adders.indexOf(adder), 1);
  }
}

function pointerRoot(ref: ObjectRef): PointerRoot {
  const text = encodePointer(ref);
  return { path: 'data.ref.json', size: text.length, text, place: { in: 'files', repository: '/world' } };
}

/** Reading is done by the port that everybody reads through. */
class WorldObjects extends MemoryObjectStore {
  readonly #store: WorldStore;
  constructor(store: WorldStore) {
    super();
    this.#store = store;
  }
  override readBytes(digest: Digest): Promise<Buffer> {
    const found = this.#store.kept.get(digest);
    if (found !== undefined) this.bytes.set(digest, found.bytes);
    else this.bytes.delete(digest);
    return super.readBytes(digest);
  }
}

import type { Digest, JsonObject } from '../../kernel/index.js';
import type {
  AppendResult,
  IncomingObject,
  Journal,
  JournalEntry,
  MaterialiseOptions,
  ObjectRef,
  ObjectSource,
  ObjectStore,
  ObjectWriter,
  VerifyResult,
  WatchOptions,
} from '../../store/index.js';

/**
 * A store that only may be read, and beside it a place for what comes from a remote while somebody asks: whoever asks
 * leaves nothing behind.
 */
export class ScratchStore implements ObjectStore {
  readonly #base: ObjectStore;
  readonly #scratch: ObjectStore;

  constructor(base: ObjectStore, scratch: ObjectStore) {
    this.#base = base;
    this.#scratch = scratch;
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.#scratch.has(digest)) || this.#base.has(digest);
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    return this.#scratch.missing(await this.#base.missing(digests));
  }

  async readBytes(digest: Digest, limit?: number): Promise<Buffer> {
    return (await this.#holderOf(digest)).readBytes(digest, limit);
  }

  async source(digest: Digest): Promise<ObjectSource> {
    return (await this.#holderOf(digest)).source(digest);
  }

  materialise(ref: ObjectRef, target: string, options?: MaterialiseOptions): Promise<void> {
    return this.#base.materialise(ref, target, options);
  }

  verify(ref: ObjectRef, options?: WatchOptions): Promise<VerifyResult> {
    return this.#base.verify(ref, options);
  }

  receive(incoming: IncomingObject): Promise<void> {
    return this.#scratch.receive(incoming);
  }

  putBytes(bytes: Uint8Array): Promise<ObjectRef> {
    return this.#scratch.putBytes(bytes);
  }

  putFile(path: string, options?: WatchOptions): Promise<ObjectRef> {
    return this.#scratch.putFile(path, options);
  }

  putTree(folder: string, options?: WatchOptions): Promise<ObjectRef> {
    return this.#scratch.putTree(folder, options);
  }

  put(path: string, options?: WatchOptions): Promise<ObjectRef> {
    return this.#scratch.put(path, options);
  }

  batch<T>(action: (writer: ObjectWriter) => Promise<T>): Promise<T> {
    return this.#scratch.batch(action);
  }

  async #holderOf(digest: Digest): Promise<ObjectStore> {
    return (await this.#scratch.has(digest)) ? this.#scratch : this.#base;
  }
}

/** The same for journals: what came of one that is empty here is kept beside it. */
export class ScratchJournal implements Journal {
  readonly #base: Journal;
  readonly #scratch: Journal;

  constructor(base: Journal, scratch: Journal) {
    this.#base = base;
    this.#scratch = scratch;
  }

  async read(name: string): Promise<readonly JournalEntry[]> {
    const entries = await this.#base.read(name);
    return entries.length > 0 ? entries : this.#scratch.read(name);
  }

  async last(name: string): Promise<JournalEntry | undefined> {
    return (await this.#base.last(name)) ?? this.#scratch.last(name);
  }

  append(name: string, length: number, payload: JsonObject): Promise<AppendResult> {
    return this.#scratch.append(name, length, payload);
  }
}

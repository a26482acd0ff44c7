import { hexOf, isDigest, isMlError, parseDigest } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { decodeRunRecord, decodeRunResult, encodeRunRecord, encodeRunResult } from '../manifest/index.js';
import type { RunRecord, RunResult } from '../manifest/index.js';
import type { RunKey } from '../provenance/index.js';
import { decodeTree } from '../store/index.js';
import type { Journal, JournalEntry, ObjectRef, ObjectStore } from '../store/index.js';

export interface Stores {
  readonly objects: ObjectStore;
  readonly journals: Journal;
}

/** Published results by run key. Each key has a journal; its last entry counts, so a lost result can be made anew. */
export class RunStore {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /**
   * The result published under a key, if all that it names is there. A result that is damaged or incomplete counts as
   * absent: running again heals it.
   */
  async find(key: RunKey): Promise<RunResult | undefined> {
    const entry = await this.#stores.journals.last(journalName(key));
    if (entry === undefined) return undefined;
    try {
      const result = decodeRunResult(await this.#stores.objects.readBytes(resultDigest(entry)));
      const complete = await Promise.all(Object.values(result.outputs).map((ref) => this.isComplete(ref)));
      return complete.every(Boolean) ? result : undefined;
    } catch (error) {
      if (isLoss(error)) return undefined;
      throw error;
    }
  }

  /** Is every object below a reference there? Their bytes are verified when they are read. */
  async isComplete(ref: ObjectRef): Promise<boolean> {
    if (ref.kind === 'file') return this.#stores.objects.has(ref.digest);
    const files = decodeTree(await this.#stores.objects.readBytes(ref.digest));
    return (await this.#stores.objects.missing(files.map((file) => file.digest))).length === 0;
  }

  /**
   * Publishes a result under its key, once. When another process was first, its result stands and is returned, so that
   * everybody goes on with the same bytes.
   *
   * @returns the result as it reads from the store, so that executed and restored look the same.
   */
  async publish(key: RunKey, result: RunResult, record: RunRecord): Promise<RunResult> {
    const { objects, journals } = this.#stores;
    const bytes = encodeRunResult(result);
    const resultRef = await objects.putBytes(bytes);
    const recordRef = await objects.putBytes(encodeRunRecord(record));
    for (;;) {
      const standing = await this.find(key);
      if (standing !== undefined) return standing;
      const length = await this.#length(key);
      const payload = { result: resultRef.digest, record: recordRef.digest };
      if ((await journals.append(journalName(key), length, payload)).appended) return decodeRunResult(bytes);
    }
  }

  /** The output of the run that made a result, if it is still there. */
  async log(key: RunKey): Promise<string | undefined> {
    const entry = await this.#stores.journals.last(journalName(key));
    const record = entry?.payload['record'];
    if (!isDigest(record)) return undefined;
    try {
      const { log } = decodeRunRecord(await this.#stores.objects.readBytes(record));
      return (await this.#stores.objects.readBytes(log)).toString('utf8');
    } catch (error) {
      if (isLoss(error)) return undefined;
      throw error;
    }
  }

  async #length(key: RunKey): Promise<number> {
    const entry = await this.#stores.journals.last(journalName(key));
    return entry === undefined ? 0 : entry.sequence + 1;
  }
}

function journalName(key: RunKey): string {
  const hex = hexOf(key);
  return `runs/${hex.slice(0, 2)}/${hex.slice(2)}`;
}

function resultDigest(entry: JournalEntry): Digest {
  const { result } = entry.payload;
  return parseDigest(typeof result === 'string' ? result : '');
}

function isLoss(error: unknown): boolean {
  return (
    isMlError(error) &&
    (error.code === 'ERR_ML_OBJECT_MISSING' ||
      error.code === 'ERR_ML_OBJECT_CORRUPT' ||
      error.code === 'ERR_ML_DOCUMENT_INVALID')
  );
}

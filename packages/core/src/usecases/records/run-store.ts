import { decodeRunRecord, decodeRunResult, encodeRunRecord, encodeRunResult } from '../../documents/index.js';
import type { RunRecord, RunResult } from '../../documents/index.js';
import { hexOf, isMlError, parseDigest } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import { decodeRunKeyDocument, encodeRunKeyDocument } from '../../provenance/index.js';
import type { RunKey, RunKeyDocument } from '../../provenance/index.js';
import { decodeTree } from '../../store/index.js';
import type { Journal, JournalEntry, ObjectRef, ObjectStore, ObjectWriter } from '../../store/index.js';

export interface Stores {
  readonly objects: ObjectStore;
  readonly journals: Journal;
}

/** What is kept of a run beside its outputs. */
export interface RunDocuments {
  readonly result: RunResult;
  readonly record: RunRecord;
  /** What the key is the digest of. */
  readonly document: RunKeyDocument;
}

/** A run whose outputs and documents are in the store, and which nobody can find yet. */
export interface StoredRun {
  /** As it reads from the store, so that executed and restored look the same. */
  readonly result: RunResult;
  readonly payload: { readonly result: Digest; readonly record: Digest };
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
    return entry === undefined ? undefined : this.#resultIn(entry);
  }

  /** Is every object below a reference there? Their bytes are verified when they are read. */
  async isComplete(ref: ObjectRef): Promise<boolean> {
    if (ref.kind === 'file') return this.#stores.objects.has(ref.digest);
    const files = decodeTree(await this.#stores.objects.readBytes(ref.digest));
    return (await this.#stores.objects.missing(files.map((file) => file.digest))).length === 0;
  }

  /** Is every object below these references there? A tree whose list is damaged counts as not. */
  async holdsAll(refs: readonly ObjectRef[]): Promise<boolean> {
    const complete = await tolerant(() => Promise.all(refs.map((ref) => this.isComplete(ref))));
    return complete?.every(Boolean) === true;
  }

  /** The objects that these references themselves name and that are not there. One question; nothing is read. */
  async missing(refs: readonly ObjectRef[]): Promise<ReadonlySet<Digest>> {
    return new Set(await this.#stores.objects.missing(refs.map(({ digest }) => digest)));
  }

  /** Stores the documents of a run, in one batch with its outputs. The key document is stored under the key itself. */
  async store(documents: RunDocuments, writer: ObjectWriter): Promise<StoredRun> {
    const bytes = encodeRunResult(documents.result);
    const { digest: result } = await writer.putBytes(bytes);
    const { digest: record } = await writer.putBytes(encodeRunRecord(documents.record));
    await writer.putBytes(encodeRunKeyDocument(documents.document));
    return { result: decodeRunResult(bytes), payload: { result, record } };
  }

  /**
   * Publishes a stored run under its key, once. When another process was first, its result stands and is returned, so
   * that everybody goes on with the same bytes.
   */
  async publish(key: RunKey, { result, payload }: StoredRun): Promise<RunResult> {
    const { journals } = this.#stores;
    // Nearly always nobody was first, so that is tried before anything is looked up.
    for (let length = 0; ;) {
      const append = await journals.append(journalName(key), length, payload);
      if (append.appended) return result;
      const standing = await this.find(key);
      if (standing !== undefined) return standing;
      length = append.length;
    }
  }

  /** What a run was: its result and its record, whether or not the outputs are still there. */
  async read(key: RunKey): Promise<Pick<RunDocuments, 'result' | 'record'> | undefined> {
    const payload = (await this.#stores.journals.last(journalName(key)))?.payload;
    if (payload === undefined) return undefined;
    return tolerant(async () => ({
      result: decodeRunResult(await this.#stores.objects.readBytes(digestIn(payload, 'result'))),
      record: decodeRunRecord(await this.#stores.objects.readBytes(digestIn(payload, 'record'))),
    }));
  }

  /** Who made a run, when and how long it took. */
  async record(key: RunKey): Promise<RunRecord | undefined> {
    const payload = (await this.#stores.journals.last(journalName(key)))?.payload;
    if (payload === undefined) return undefined;
    return tolerant(async () =>
      decodeRunRecord(await this.#stores.objects.readBytes(digestIn(payload, 'record'))),
    );
  }

  /** What a key is the digest of, if it was kept. */
  document(key: RunKey): Promise<RunKeyDocument | undefined> {
    return tolerant(async () => decodeRunKeyDocument(await this.#stores.objects.readBytes(key)));
  }

  /** The output of the run that made a result, if it is still there. */
  async log(key: RunKey): Promise<string | undefined> {
    const run = await this.read(key);
    if (run === undefined) return undefined;
    return tolerant(async () => (await this.#stores.objects.readBytes(run.record.log)).toString('utf8'));
  }

  #resultIn({ payload }: JournalEntry): Promise<RunResult | undefined> {
    return tolerant(async () => {
      const result = decodeRunResult(await this.#stores.objects.readBytes(digestIn(payload, 'result')));
      return (await this.holdsAll(Object.values(result.outputs))) ? result : undefined;
    });
  }
}

/** The journal that lists what a key came to. */
export function journalName(key: RunKey): string {
  const hex = hexOf(key);
  return `runs/${hex.slice(0, 2)}/${hex.slice(2)}`;
}

/** @throws MlError ERR_ML_DIGEST_INVALID */
export function digestIn(payload: JsonObject, field: string): Digest {
  const value = payload[field];
  return parseDigest(typeof value === 'string' ? value : '');
}

/** Lost or damaged is as good as absent: running again heals it. */
async function tolerant<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isLoss(error)) return undefined;
    throw error;
  }
}

function isLoss(error: unknown): boolean {
  return (
    isMlError(error) &&
    (error.code === 'ERR_ML_OBJECT_MISSING' ||
      error.code === 'ERR_ML_DIGEST_INVALID' ||
      error.code === 'ERR_ML_OBJECT_CORRUPT' ||
      error.code === 'ERR_ML_DOCUMENT_INVALID')
  );
}

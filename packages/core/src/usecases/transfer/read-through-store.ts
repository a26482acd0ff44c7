import { isDigest, isMlError, messageOf, MlError, shortDigest } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type {
  IncomingObject,
  MaterialiseOptions,
  ObjectRef,
  ObjectSource,
  ObjectStore,
  ObjectWriter,
  PutOptions,
  VerifyResult,
  WatchOptions,
} from '../../store/index.js';
import { pullObjects } from './pull-objects.js';
import type { Pulled } from './pull-objects.js';
import { pullRefs } from './pull-refs.js';
import type { RemoteAccess } from './remote-access.js';
import type { TransferDeps } from './transfer-deps.js';

/** The first may meet a damaged list of files, the second a damaged file. */
const attempts = 3;

export interface ReadThroughOptions {
  /** The store on this machine. */
  readonly local: ObjectStore;
  readonly access: RemoteAccess;
  readonly signal?: AbortSignal | undefined;
  /** Told when data came: the store has grown. */
  readonly onFetched?: ((pulled: Pulled) => Promise<void>) | undefined;
}

/**
 * A store that has what it lacks at a remote. Whether something is there is answered without bringing it, so that a result
 * which nobody reads costs no download; what is read is brought first, and whatever is damaged here is brought anew. A
 * remote that fails is as one that has nothing, until something is needed that only it could have.
 */
export class ReadThroughStore implements ObjectStore {
  readonly #local: ObjectStore;
  readonly #options: ReadThroughOptions;
  /** One fetch at a time: two that want the same data would both bring it. Each has its own many requests. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ReadThroughOptions) {
    this.#options = options;
    this.#local = options.local;
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.missing([digest])).length === 0;
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const gone = await this.#local.missing(digests);
    if (gone.length === 0) return gone;
    const objects = gone.map((digest) => ({ digest }));
    return this.#options.access.ask((remote) => remote.missing(objects), gone);
  }

  async readBytes(digest: Digest, limit?: number): Promise<Buffer> {
    try {
      return await this.#local.readBytes(digest, limit);
    } catch (error) {
      if (!isLoss(error)) throw error;
      await this.#bring(error, () => this.#pull(digest));
      return this.#local.readBytes(digest, limit);
    }
  }

  async materialise(ref: ObjectRef, target: string, options?: MaterialiseOptions): Promise<void> {
    for (let attempt = 1; ; attempt += 1)
      try {
        await this.#local.materialise(ref, target, options);
        return;
      } catch (error) {
        if (!isLoss(error) || attempt === attempts) throw error;
        // One damaged object is seldom alone, and each is found only when it is read.
        if (isDamage(error)) await this.#local.verify(ref);
        await this.#fetch(error, ref);
      }
  }

  async verify(ref: ObjectRef, options?: WatchOptions): Promise<VerifyResult> {
    const found = await this.#local.verify(ref, options);
    if (found.missing.length === 0) return found;
    try {
      await this.#fetch(undefined, ref);
    } catch (error) {
      if (isMlError(error)) return found;
      throw error;
    }
    return this.#local.verify(ref, options);
  }

  async source(digest: Digest): Promise<ObjectSource> {
    try {
      return await this.#local.source(digest);
    } catch (error) {
      if (!isLoss(error)) throw error;
      await this.#bring(error, () => this.#pull(digest));
      return this.#local.source(digest);
    }
  }

  receive(incoming: IncomingObject): Promise<void> {
    return this.#local.receive(incoming);
  }

  putBytes(bytes: Uint8Array): Promise<ObjectRef> {
    return this.#local.putBytes(bytes);
  }

  putFile(path: string, options?: PutOptions): Promise<ObjectRef> {
    return this.#local.putFile(path, options);
  }

  putTree(folder: string, options?: PutOptions): Promise<ObjectRef> {
    return this.#local.putTree(folder, options);
  }

  put(path: string, options?: PutOptions): Promise<ObjectRef> {
    return this.#local.put(path, options);
  }

  batch<T>(action: (writer: ObjectWriter) => Promise<T>): Promise<T> {
    return this.#local.batch(action);
  }

  #fetch(loss: unknown, ref: ObjectRef): Promise<void> {
    return this.#bring(loss, async () => {
      const pulled = await pullRefs([{ ref }], await this.#deps());
      if (pulled.objects > 0) await this.#options.onFetched?.(pulled);
    });
  }

  async #pull(digest: Digest): Promise<void> {
    await pullObjects([{ digest }], await this.#deps());
  }

  async #deps(): Promise<TransferDeps> {
    const { access, signal } = this.#options;
    return { remote: await access.get(), store: this.#local, signal };
  }

  async #bring(loss: unknown, fetch: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(fetch);
    this.#last = turn.catch(() => undefined);
    try {
      await turn;
    } catch (error) {
      throw withRemote(loss, error);
    }
  }
}

/** The loss here is what counts, and why the remote could not mend it. */
function withRemote(loss: unknown, error: unknown): unknown {
  if (!isMlError(loss) || !isMlError(error) || error.code === 'ERR_ML_CANCELLED') return error;
  if (isDamage(loss)) return loss;
  // What neither has, and what is damaged there, is told by the remote's answer already.
  if (isLoss(error)) return error;
  const [digest] = loss.detail;
  const what = isDigest(digest) ? ` ${shortDigest(digest)}` : '';
  return new MlError(loss.code, {
    message: `The store does not hold the object${what}, and the remote did not give it: ${messageOf(error)}`,
    fix: error.fix,
    detail: loss.detail,
    cause: error,
  });
}

function isLoss(error: unknown): boolean {
  return isMlError(error) && (error.code === 'ERR_ML_OBJECT_MISSING' || isDamage(error));
}

function isDamage(error: unknown): boolean {
  return isMlError(error) && error.code === 'ERR_ML_OBJECT_CORRUPT';
}

import type { Digest } from '../kernel/index.js';
import type { Blobs, BlobSource, TransferOptions } from './blobs.js';
import { eachOf } from './each-of.js';
import { objectBlob, objectOfBlob, objectsPrefix } from './layout.js';
import { endlessListing, mostListed } from './listing.js';

/** An object as a pull or push knows it. */
export interface SizedObject {
  readonly digest: Digest;
  /** Bytes; undefined where nobody has said. */
  readonly size?: number | undefined;
}

/** A large object at a remote. Nothing of it is verified here. */
export interface LargeObject {
  /** Bytes. */
  readonly size: number;
  /** Where it lies, for messages. */
  readonly place: string;
  /** @returns the bytes from `start` to the end, so that an interrupted download can go on. */
  read(start: number, options?: TransferOptions): Promise<AsyncIterable<Uint8Array>>;
}

/** An object that is to be written. */
export interface OutgoingObject {
  /** Bytes. */
  readonly size: number;
  /**
   * Reads all of its bytes to verify them. Whoever verifies them otherwise need not open it.
   * @throws MlError ERR_ML_OBJECT_MISSING, ERR_ML_OBJECT_CORRUPT
   */
  open(): Promise<BlobSource>;
}

/** How large objects travel: whole, or cut into chunks of which the other side has most already. */
export interface LargeObjects {
  /** Those that are not there, or are there with another size. */
  missing(objects: readonly SizedObject[]): Promise<readonly Digest[]>;

  /** @returns undefined when it is not there. */
  open(digest: Digest): Promise<LargeObject | undefined>;

  /** Whole or not at all. */
  write(digest: Digest, object: OutgoingObject, options?: TransferOptions): Promise<void>;
}

/** So many are asked for one by one before listing all of them is cheaper. */
const mostAsked = 100;
const atOnce = 16;

/** Each large object as one blob. */
export class WholeObjects implements LargeObjects {
  readonly #blobs: Blobs;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  async missing(objects: readonly SizedObject[]): Promise<readonly Digest[]> {
    const sizes = await this.#sizes(objects);
    return objects.flatMap(({ digest, size }) => {
      const found = sizes.get(digest);
      return found === undefined || (size !== undefined && size !== found) ? [digest] : [];
    });
  }

  async open(digest: Digest): Promise<LargeObject | undefined> {
    const name = objectBlob(digest);
    const size = await this.#blobs.size(name);
    if (size === undefined) return undefined;
    return {
      size,
      place: `${this.#blobs.place}/${name}`,
      read: async (start, options) =>
        start >= size
          ? nothing()
          : ((await this.#blobs.read(name, { start, end: size }, options)) ?? nothing()),
    };
  }

  async write(digest: Digest, object: OutgoingObject, options?: TransferOptions): Promise<void> {
    await this.#blobs.write(objectBlob(digest), await object.open(), options);
  }

  async #sizes(objects: readonly SizedObject[]): Promise<ReadonlyMap<Digest, number>> {
    if (this.#blobs.sizes !== undefined) return this.#told(objects);
    return objects.length > mostAsked ? this.#listed() : this.#asked(objects);
  }

  async #told(objects: readonly SizedObject[]): Promise<ReadonlyMap<Digest, number>> {
    const names = objects.map(({ digest }) => objectBlob(digest));
    const sizes = (await this.#blobs.sizes?.(names)) ?? new Map<string, number>();
    return new Map(
      [...sizes].flatMap(([name, size]) => {
        const digest = objectOfBlob(name);
        return digest === undefined ? [] : [[digest, size]];
      }),
    );
  }

  async #asked(objects: readonly SizedObject[]): Promise<ReadonlyMap<Digest, number>> {
    const sizes = new Map<Digest, number>();
    await eachOf(objects, atOnce, async ({ digest }) => {
      const size = await this.#blobs.size(objectBlob(digest));
      if (size !== undefined) sizes.set(digest, size);
    });
    return sizes;
  }

  async #listed(): Promise<ReadonlyMap<Digest, number>> {
    const sizes = new Map<Digest, number>();
    let count = 0;
    for await (const { name, size } of this.#blobs.list(objectsPrefix)) {
      if ((count += 1) > mostListed) throw endlessListing(this.#blobs.place);
      const digest = objectOfBlob(name);
      if (digest !== undefined) sizes.set(digest, size);
    }
    return sizes;
  }
}

/** What vanished since it was looked up gives too few bytes, which is found like any other damage. */
// eslint-disable-next-line @typescript-eslint/require-await -- an empty stream
async function* nothing(): AsyncIterable<Uint8Array> {
  yield* [];
}

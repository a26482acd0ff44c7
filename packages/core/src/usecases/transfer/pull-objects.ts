import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { eachOf, packBlob, planRanges, refuseCancelled, sliceRange, smallBytes } from '../../remote/index.js';
import type {
  LargeObject,
  PackRange,
  Remote,
  SizedObject,
  TransferOptions,
  WantedSlice,
} from '../../remote/index.js';
import { wrongBytes } from '../../store/index.js';
import { distinct, isCorrupt, sizeOfAll } from './transfer-deps.js';
import type { TransferDeps } from './transfer-deps.js';

/** What a pull brought. */
export interface Pulled {
  readonly objects: number;
  /** Bytes. */
  readonly size: number;
}

const atOnce = 8;
/** Each writes to the disk as fast as it can. */
const largeAtOnce = 4;

/**
 * Brings objects that the store lacks from a remote. Whatever came right is in the store and stays there, also when
 * something else is missing, damaged or cut off: the next pull asks for the rest.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING for what neither has; ERR_ML_OBJECT_CORRUPT for what the remote has damaged;
 * ERR_ML_CANCELLED and the failures of the remote.
 */
export async function pullObjects(wanted: readonly SizedObject[], deps: TransferDeps): Promise<Pulled> {
  const lacking = new Set(await deps.store.missing(wanted.map(({ digest }) => digest)));
  const objects = distinct(wanted.filter(({ digest }) => lacking.has(digest)));
  if (objects.length === 0) return { objects: 0, size: 0 };
  return new Pull(objects, deps).run();
}

class Pull {
  readonly #objects: readonly SizedObject[];
  readonly #deps: TransferDeps;
  readonly #came = new Set<Digest>();
  /** Where an object gave wrong bytes. */
  readonly #damaged = new Map<Digest, string>();
  #bytes = 0;

  constructor(objects: readonly SizedObject[], deps: TransferDeps) {
    this.#objects = objects;
    this.#deps = deps;
  }

  async run(): Promise<Pulled> {
    const { remote, progress } = this.#deps;
    if (!(await remote.isThere()))
      throw remote.absent(
        this.#objects.map(({ digest }) => digest),
        'the store',
      );
    progress?.expect({ files: this.#objects.length, bytes: sizeOfAll(this.#objects) });
    await locatePacked(this.#objects, remote);
    await this.#pullPacked();
    await this.#pullLarge(this.#objects.filter(({ digest }) => !this.#came.has(digest)));
    this.#tellLosses();
    return { objects: this.#came.size, size: this.#bytes };
  }

  /** An object may lie in several packs: one that gives wrong bytes is not the end. */
  async #pullPacked(): Promise<void> {
    const { packs } = this.#deps.remote;
    for (let attempt = 0; ; attempt += 1) {
      const slices: WantedSlice[] = [];
      for (const { digest } of this.#objects) {
        const place = this.#came.has(digest) ? undefined : packs.find(digest)[attempt];
        if (place !== undefined) slices.push({ digest, ...place });
      }
      if (slices.length === 0) return;
      await eachOf(planRanges(slices), atOnce, (range) => this.#pullRange(range));
    }
  }

  async #pullRange(range: PackRange): Promise<void> {
    const { remote, store, progress } = this.#deps;
    const name = packBlob(range.pack);
    const came: Digest[] = [];
    let failure: { readonly error: unknown } | undefined;
    await store.batch(async (writer) => {
      try {
        const isEmpty = range.start === range.end;
        const stream = isEmpty ? undefined : await remote.blobs.read(name, range, this.#options());
        for await (const { digest, bytes } of sliceRange(stream ?? none(), range)) {
          if (digestOf(bytes) !== digest) continue;
          await writer.putBytes(bytes);
          this.#bytes += bytes.length;
          came.push(digest);
        }
      } catch (error) {
        // What came before it is right, and is kept.
        failure = { error };
      }
    });
    for (const digest of came) this.#came.add(digest);
    progress?.advance({ files: came.length });
    if (failure !== undefined) throw failure.error;
    for (const { digest } of range.objects)
      if (!this.#came.has(digest)) this.#damaged.set(digest, `${remote.place}/${name}`);
  }

  async #pullLarge(objects: readonly SizedObject[]): Promise<void> {
    const { remote } = this.#deps;
    // What is known to be small lies in packs alone.
    const possible = objects.filter(({ size }) => size === undefined || size >= smallBytes);
    await eachOf(possible, largeAtOnce, async ({ digest }) => {
      refuseCancelled(this.#deps.signal);
      const found = await remote.large.open(digest);
      if (found !== undefined) await this.#receive(digest, found);
    });
  }

  async #receive(digest: Digest, found: LargeObject): Promise<void> {
    const { store, progress } = this.#deps;
    const { size, place } = found;
    try {
      await store.receive({
        digest,
        size,
        place,
        read: (start) => {
          progress?.advance({ bytes: start });
          return found.read(start, this.#options());
        },
      });
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.#damaged.set(digest, place);
      return;
    }
    this.#came.add(digest);
    this.#bytes += size;
    progress?.advance({ files: 1 });
  }

  #tellLosses(): void {
    const lost = this.#objects.flatMap(({ digest }) => (this.#came.has(digest) ? [] : [digest]));
    const [damaged] = lost.filter((digest) => this.#damaged.has(digest));
    if (damaged !== undefined) throw wrongBytes(damaged, this.#damaged.get(damaged) ?? '');
    if (lost.length > 0) throw this.#deps.remote.absent(lost, 'the store');
  }

  #options(): TransferOptions {
    const { signal, progress } = this.#deps;
    return {
      signal,
      onBytes: (bytes) => {
        progress?.advance({ bytes });
      },
    };
  }
}

/** Looks at the packs anew when those known lack something: it may have been pushed since. */
async function locatePacked(objects: readonly SizedObject[], remote: Remote): Promise<void> {
  const isFresh = await remote.known();
  const isLacking = objects.some(
    ({ digest, size }) => (size ?? 0) < smallBytes && remote.packs.find(digest).length === 0,
  );
  if (!isFresh && isLacking) await remote.refresh();
}

// eslint-disable-next-line @typescript-eslint/require-await -- an empty stream
async function* none(): AsyncIterable<Uint8Array> {
  yield* [];
}

import { digestOf, isMlError, MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { collect } from './blob-source.js';
import type { Blobs } from './blobs.js';
import { eachOf } from './each-of.js';
import { indexBlob, packOfBlob, packsPrefix } from './layout.js';
import { endlessListing, mostListed } from './listing.js';
import { PackCatalogue } from './pack-catalogue.js';
import type { PackPlace } from './pack-catalogue.js';
import { maxIndexBytes, PackIndex } from './pack-index.js';

/** Indexes that this machine has seen. What it gives is verified, so it may lose or damage them. */
export interface IndexCache {
  read(pack: Digest): Promise<Buffer | undefined>;
  write(pack: Digest, bytes: Uint8Array): Promise<void>;
}

const atOnce = 16;

/** The packs of a remote, as their indexes tell. */
export class RemotePacks {
  readonly #blobs: Blobs;
  readonly #cache: IndexCache;
  readonly #catalogue = new PackCatalogue();
  readonly #damage = new Map<Digest, string>();

  constructor(blobs: Blobs, cache: IndexCache) {
    this.#blobs = blobs;
    this.#cache = cache;
  }

  /** Packs that cannot be used, and why, a sentence each. As of the last refresh. */
  get damage(): readonly string[] {
    return [...this.#damage.values()];
  }

  find(digest: Digest): readonly PackPlace[] {
    return this.#catalogue.find(digest);
  }

  /** A pack that was just written there. */
  async add(pack: Digest, index: Buffer): Promise<void> {
    this.#catalogue.add(pack, PackIndex.decode(index, this.#name(pack)));
    await this.#cache.write(pack, index);
  }

  /** Looks which packs there are, and reads the indexes that are new. A damaged one is left out and told. */
  async refresh(): Promise<void> {
    const [packs, indexes] = await this.#list();
    this.#damage.clear();
    for (const pack of [...this.#catalogue.packs()])
      if (!indexes.has(pack) || packs.get(pack) !== this.#catalogue.packSize(pack))
        this.#catalogue.remove(pack);
    const unknown = [...indexes].filter((pack) => !this.#catalogue.has(pack));
    await eachOf(unknown, atOnce, (pack) => this.#learn(pack, packs.get(pack)));
  }

  async #list(): Promise<[packs: ReadonlyMap<Digest, number>, indexes: ReadonlySet<Digest>]> {
    const packs = new Map<Digest, number>();
    const indexes = new Set<Digest>();
    let count = 0;
    for await (const { name, size } of this.#blobs.list(packsPrefix)) {
      if ((count += 1) > mostListed) throw endlessListing(this.#blobs.place);
      const found = packOfBlob(name);
      if (found?.part === 'pack') packs.set(found.pack, size);
      if (found?.part === 'index') indexes.add(found.pack);
    }
    return [packs, indexes];
  }

  async #learn(pack: Digest, size: number | undefined): Promise<void> {
    const index = await this.#index(pack);
    if (index === undefined) return;
    if (size === index.packSize) this.#catalogue.add(pack, index);
    else
      this.#damage.set(
        pack,
        `${this.#name(pack)}: its pack has ${String(size ?? 'no')} bytes instead of ${String(index.packSize)}`,
      );
  }

  async #index(pack: Digest): Promise<PackIndex | undefined> {
    const kept = await this.#cache.read(pack);
    try {
      if (kept !== undefined && digestOf(kept) === pack) return PackIndex.decode(kept, this.#name(pack));
      const bytes = await this.#download(pack);
      if (bytes === undefined) return undefined;
      const index = PackIndex.decode(bytes, this.#name(pack));
      await this.#cache.write(pack, bytes);
      return index;
    } catch (error) {
      if (!isMlError(error) || !['ERR_ML_DOCUMENT_INVALID', 'ERR_ML_OBJECT_CORRUPT'].includes(error.code))
        throw error;
      this.#damage.set(pack, error.message);
      return undefined;
    }
  }

  /** @returns undefined when it is gone since it was listed. */
  async #download(pack: Digest): Promise<Buffer | undefined> {
    const stream = await this.#blobs.read(indexBlob(pack));
    if (stream === undefined) return undefined;
    const bytes = await collect(stream, maxIndexBytes);
    if (bytes !== undefined && digestOf(bytes) === pack) return bytes;
    throw new MlError('ERR_ML_OBJECT_CORRUPT', {
      message: `The bytes of ${this.#name(pack)} do not match its name`,
      fix: 'Push again from where the data is.',
    });
  }

  #name(pack: Digest): string {
    return `${this.#blobs.place}/${indexBlob(pack)}`;
  }
}

import { MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { bytesSource, collect } from './blob-source.js';
import type { Blobs } from './blobs.js';
import { WholeObjects } from './large-objects.js';
import type { LargeObjects, SizedObject } from './large-objects.js';
import { checkRemoteFormat, formatBlob, remoteFormat, smallBytes } from './layout.js';
import { RemotePacks } from './remote-packs.js';
import type { IndexCache } from './remote-packs.js';

export interface RemoteParts {
  readonly blobs: Blobs;
  readonly indexes: IndexCache;
  /** How large objects travel; whole where it is not said. */
  readonly large?: LargeObjects;
}

/** Objects at a remote: which there are, and where. */
export class Remote {
  readonly blobs: Blobs;
  readonly packs: RemotePacks;
  readonly large: LargeObjects;
  #isThere: Promise<boolean> | undefined;
  #refreshed: Promise<void> | undefined;

  constructor({ blobs, indexes, large }: RemoteParts) {
    this.blobs = blobs;
    this.packs = new RemotePacks(blobs, indexes);
    this.large = large ?? new WholeObjects(blobs);
  }

  get place(): string {
    return this.blobs.place;
  }

  /** False for a place that nothing was pushed to. @throws MlError ERR_ML_DOCUMENT_INVALID for a newer format. */
  isThere(): Promise<boolean> {
    this.#isThere ??= this.#readFormat();
    return this.#isThere;
  }

  /** Makes the place a remote, if it is none. */
  async prepare(): Promise<void> {
    if (await this.isThere()) return;
    await this.blobs.write(formatBlob, bytesSource(remoteFormat()));
    this.#isThere = Promise.resolve(true);
  }

  /** Looks anew which packs there are. */
  async refresh(): Promise<void> {
    this.#refreshed = this.packs.refresh();
    await this.#refreshed;
  }

  /** Looks which packs there are, once. @returns true when that was now. */
  async known(): Promise<boolean> {
    const isFresh = this.#refreshed === undefined;
    this.#refreshed ??= this.packs.refresh();
    await this.#refreshed;
    return isFresh;
  }

  /** Those of these objects that are not there, each once, as of the last refresh. */
  async missing(objects: readonly SizedObject[]): Promise<readonly Digest[]> {
    if (!(await this.isThere())) return [...new Set(objects.map(({ digest }) => digest))];
    await this.known();
    const unpacked = new Map(
      objects.flatMap((object) =>
        this.packs.find(object.digest).length === 0 ? [[object.digest, object]] : [],
      ),
    );
    // A small object that is in no pack might lie there whole, yet that is worth a question only where its size is not known.
    const askable = [...unpacked.values()].filter(({ size }) => size === undefined || size >= smallBytes);
    const absent = new Set(await this.large.missing(askable));
    const asked = new Set(askable.map(({ digest }) => digest));
    return [...unpacked.keys()].filter((digest) => !asked.has(digest) || absent.has(digest));
  }

  async #readFormat(): Promise<boolean> {
    const stream = await this.blobs.read(formatBlob);
    if (stream === undefined) return false;
    const bytes = await collect(stream, 1024);
    checkRemoteFormat(bytes ?? Buffer.alloc(0), this.place);
    return true;
  }

  /** For what nobody has: names damage at the remote too, for that may be why. */
  absent(digests: readonly Digest[], where: string): MlError {
    const [first, ...more] = digests;
    const others = more.length > 0 ? ` and ${String(more.length)} more` : '';
    return new MlError('ERR_ML_OBJECT_MISSING', {
      message: `Neither ${where} nor the remote ${this.place} holds ${String(first).slice(7, 19)}${others}`,
      fix: 'Push it from where it was made (nx-ml data push, nx-ml store push), or make it again.',
      detail: [...this.packs.damage.slice(0, 5), ...digests.slice(0, 20)],
    });
  }
}

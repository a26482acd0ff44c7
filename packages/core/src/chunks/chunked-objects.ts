import type { Digest } from '../kernel/index.js';
import { eachOf, WholeObjects } from '../remote/index.js';
import type {
  Blobs,
  LargeObject,
  LargeObjects,
  OutgoingObject,
  SizedObject,
  TransferOptions,
} from '../remote/index.js';
import { ChunkSender } from './chunk-sender.js';
import type { Chunker } from './chunker.js';
import { fetchChunks } from './fetch-chunks.js';
import type { LocalFile } from './fetch-chunks.js';
import type { LargeFiles } from './large-files.js';
import { maxChunkedFile, minChunkedFile } from './limits.js';
import { comparable, readSegments } from './read-recipe.js';
import { recipeName } from './recipe.js';
import type { Recipe } from './recipe.js';
import { mostAlike, SimilarObjects } from './similar-objects.js';
import type { SimilarObject } from './similar-objects.js';

export interface ChunkedParts {
  readonly blobs: Blobs;
  readonly chunker: Chunker;
  /** The local store's. */
  readonly files: LargeFiles;
}

const atOnce = 16;

/**
 * Large objects, which travel in chunks where that spares something, and whole where not. docs/adr/0018 tells when.
 */
export class ChunkedObjects implements LargeObjects {
  readonly #blobs: Blobs;
  readonly #files: LargeFiles;
  readonly #whole: LargeObjects;
  readonly #similar: SimilarObjects;
  readonly #sender: ChunkSender;

  constructor({ blobs, chunker, files }: ChunkedParts) {
    this.#blobs = blobs;
    this.#files = files;
    this.#whole = new WholeObjects(blobs);
    this.#similar = new SimilarObjects(blobs, files);
    this.#sender = new ChunkSender({ blobs, chunker, whole: this.#whole, similar: this.#similar });
  }

  async missing(objects: readonly SizedObject[]): Promise<readonly Digest[]> {
    const notWhole = new Set(await this.#whole.missing(objects));
    const missing = new Set(notWhole);
    const inChunks = objects.filter(({ digest, size }) => notWhole.has(digest) && isChunked(size));
    await eachOf(inChunks, atOnce, async ({ digest }) => {
      if ((await this.#blobs.size(recipeName(digest))) !== undefined) missing.delete(digest);
    });
    return [...missing];
  }

  async open(digest: Digest): Promise<LargeObject | undefined> {
    const whole = await this.#whole.open(digest);
    if (whole !== undefined && !isChunked(whole.size)) return whole;
    const recipe = await this.#similar.recipe(digest);
    if (recipe === undefined) return whole;
    const alike = await this.#alike(recipe);
    return whole !== undefined && alike.length === 0 ? whole : this.#inChunks(recipe, alike);
  }

  async write(digest: Digest, object: OutgoingObject, options: TransferOptions = {}): Promise<void> {
    const file = isChunked(object.size) ? await this.#files.find(digest) : undefined;
    if (file === undefined) await this.#whole.write(digest, object, options);
    else await this.#sender.send({ digest, file, object, options });
  }

  /** Local files that have something of it. */
  async #alike(recipe: Recipe): Promise<readonly SimilarObject[]> {
    const candidates = await this.#similar.candidates(recipe.digest, recipe.size);
    const mine = new Set([...recipe.sources, ...recipe.segments.map(({ digest }) => digest)]);
    const related = candidates.filter(
      ({ recipe: { sources, segments } }) =>
        sources.some((name) => mine.has(name)) || segments.some(({ digest }) => mine.has(digest)),
    );
    return mostAlike(related, recipe.segments);
  }

  #inChunks(recipe: Recipe, alike: readonly SimilarObject[]): LargeObject {
    return {
      size: recipe.size,
      place: `${this.#blobs.place}/${recipeName(recipe.digest)}`,
      read: async (start, options = {}) => {
        const locals = await Promise.all(alike.map((one) => this.#local(one, recipe)));
        return fetchChunks(this.#blobs, recipe, locals, { ...options, onLocalBytes: options.onBytes, start });
      },
    };
  }

  /** The list of a local file's chunks need not be made by cutting it: the remote has it. */
  async #local({ file, recipe }: SimilarObject, wanted: Recipe): Promise<LocalFile> {
    const common = new Set(wanted.segments.map(({ digest }) => digest));
    const places = comparable(recipe.segments.filter(({ digest }) => !common.has(digest)));
    const lists = new Map(
      (await readSegments(this.#blobs, recipe, { places })).map(({ digest, list }) => [digest, list]),
    );
    return {
      bytes: file.bytes,
      segments: recipe.segments.map(({ digest, size }) => ({ digest, size, list: lists.get(digest) })),
    };
  }
}

function isChunked(size: number | undefined): boolean {
  return size === undefined || (size >= minChunkedFile && size <= maxChunkedFile);
}

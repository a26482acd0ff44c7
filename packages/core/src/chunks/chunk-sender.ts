import { isMlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { eachOf, objectBlob } from '../remote/index.js';
import type { Blobs, BlobSource, LargeObjects, OutgoingObject, TransferOptions } from '../remote/index.js';
import type { Chunker } from './chunker.js';
import type { LargeFile } from './large-files.js';
import { comparable, readSegments } from './read-recipe.js';
import { segmentsOf } from './segments.js';
import { sendChunks } from './send-chunks.js';
import { planWholeRecipe, planWorthwhile, strangeSegments } from './send-plan.js';
import type { Base, FileToSend, SendPlan } from './send-plan.js';
import { mostAlike } from './similar-objects.js';
import type { SimilarObject, SimilarObjects } from './similar-objects.js';
import { Turns } from './turns.js';

export interface SenderParts {
  readonly blobs: Blobs;
  readonly whole: LargeObjects;
  readonly chunker: Chunker;
  readonly similar: SimilarObjects;
}

export interface Sending {
  readonly digest: Digest;
  /** Where it lies here. */
  readonly file: LargeFile;
  readonly object: OutgoingObject;
  readonly options: TransferOptions;
}

/** What a plan takes from other blobs of the remote may lie in so many of them: each is looked up before. */
const mostSources = 64;
const atOnce = 8;

/** Sends large objects: in chunks where the remote has most of them, else whole, with a recipe for the next version. */
export class ChunkSender {
  readonly #parts: SenderParts;
  readonly #cuts = new Turns();
  readonly #writes = new Turns();

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** It is verified by cutting it, which reads all of it anyway. */
  async send(sending: Sending): Promise<void> {
    const { digest, file, object, options } = sending;
    const cut = await this.#cut(sending);
    if (cut === undefined) {
      await this.#parts.whole.write(digest, object, options);
      return;
    }
    const plan = await this.#plan(cut);
    if (plan !== undefined) await this.#sendPlan(plan, sending);
    else {
      const verified = { size: cut.size, open: () => Promise.resolve(file.bytes) };
      await this.#parts.whole.write(digest, verified, options);
      await this.#sendRecipe(cut, sending);
    }
    this.#parts.similar.forget(digest);
  }

  async #sendPlan(plan: SendPlan, { file, object, options }: Sending): Promise<void> {
    const { signal, onBytes } = options;
    let told = 0;
    const tell = (count: number): void => {
      const more = Math.min(count, object.size - told); // A recipe and lists are no bytes of the object.
      told += more;
      onBytes?.(more);
    };
    await this.#write(plan, { file: file.bytes, signal, onBytes: tell });
    onBytes?.(object.size - told);
  }

  /** For the next version. */
  async #sendRecipe(cut: FileToSend, { file, options: { signal } }: Sending): Promise<void> {
    await this.#write(planWholeRecipe(cut, objectBlob(cut.digest)), { file: file.bytes, signal });
  }

  #write(plan: SendPlan, options: TransferOptions & { readonly file: BlobSource }): Promise<number> {
    return this.#writes.take(() => sendChunks(this.#parts.blobs, plan, options));
  }

  /** @returns undefined where it cannot be cut, or is not what it should be, which opening it tells best */
  async #cut({ digest, file, options: { signal } }: Sending): Promise<FileToSend | undefined> {
    try {
      const cut = await this.#cuts.take(() => this.#parts.chunker.cut(file.path, { signal }));
      if (cut.digest !== digest) return undefined;
      return { digest, size: cut.size, segments: segmentsOf(cut.chunks) };
    } catch (error) {
      if (isMlError(error) && error.code === 'ERR_ML_THREAD_LOST') return undefined;
      throw error;
    }
  }

  /** @returns undefined when chunks would spare too little */
  async #plan(file: FileToSend): Promise<SendPlan | undefined> {
    const candidates = await this.#parts.similar.candidates(file.digest, file.size);
    if (candidates.length === 0) return undefined;
    const bases = await Promise.all(
      mostAlike(candidates, file.segments).map(({ recipe }) => this.#base(recipe, file)),
    );
    const plan = planWorthwhile(
      file,
      bases.filter((base) => base !== undefined),
    );
    return plan !== undefined && (await this.#hasSources(plan)) ? plan : undefined;
  }

  async #base(recipe: SimilarObject['recipe'], file: FileToSend): Promise<Base | undefined> {
    try {
      const places = comparable(strangeSegments(recipe, file.segments));
      const strange = await readSegments(this.#parts.blobs, recipe, { places });
      return { recipe, lists: new Map(strange.map(({ digest, list }) => [digest, list])) };
    } catch (error) {
      if (isMlError(error) && error.code === 'ERR_ML_DOCUMENT_INVALID') return undefined;
      throw error;
    }
  }

  /** What others have removed must not be built upon. */
  async #hasSources(plan: SendPlan): Promise<boolean> {
    const needed = plan.needed();
    if (needed.size > mostSources) return false;
    let lacking = 0;
    await eachOf(needed, atOnce, async ([name, end]) => {
      const size = await this.#parts.blobs.size(name);
      if (size === undefined || size < end) lacking += 1;
    });
    return lacking === 0;
  }
}

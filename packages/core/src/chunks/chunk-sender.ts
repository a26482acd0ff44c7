import { isMlError, MlError, shortDigest } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { eachOf, objectBlob } from '../remote/index.js';
import type { Blobs, BlobSource, LargeObjects, TransferOptions } from '../remote/index.js';
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
  /** Its verified bytes. */
  readonly source: BlobSource;
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

  async send(sending: Sending): Promise<void> {
    const candidates = await this.#parts.similar.candidates(sending.digest, sending.source.size);
    if (candidates.length === 0) await this.#sendFirst(sending);
    else await this.#sendNext(sending, candidates);
    this.#parts.similar.forget(sending.digest);
  }

  /** Nothing to compare with: it is cut while it travels. */
  async #sendFirst(sending: Sending): Promise<void> {
    const cutting = this.#cut(sending);
    cutting.catch(() => undefined); // Told below, if the writing itself does not fail.
    await this.#sendWhole(sending);
    await this.#sendRecipe(sending, await cutting);
  }

  async #sendNext(sending: Sending, candidates: readonly SimilarObject[]): Promise<void> {
    const file = await this.#cut(sending);
    const plan = file === undefined ? undefined : await this.#plan(file, candidates);
    if (plan === undefined) {
      await this.#sendWhole(sending);
      await this.#sendRecipe(sending, file);
    } else await this.#sendPlan(plan, sending);
  }

  async #sendPlan(plan: SendPlan, { file, source, options }: Sending): Promise<void> {
    const { signal, onBytes } = options;
    let told = 0;
    const tell = (count: number): void => {
      const more = Math.min(count, source.size - told); // A recipe and lists are no bytes of the object.
      told += more;
      onBytes?.(more);
    };
    await this.#write(plan, { file: file.bytes, signal, onBytes: tell });
    onBytes?.(source.size - told);
  }

  #sendWhole({ digest, source, options }: Sending): Promise<void> {
    return this.#parts.whole.write(digest, source, options);
  }

  /** For the next version. */
  async #sendRecipe({ file, options: { signal } }: Sending, cut: FileToSend | undefined): Promise<void> {
    if (cut === undefined) return;
    const plan = planWholeRecipe(cut, objectBlob(cut.digest));
    await this.#write(plan, { file: file.bytes, signal });
  }

  #write(plan: SendPlan, options: TransferOptions & { readonly file: BlobSource }): Promise<number> {
    return this.#writes.take(() => sendChunks(this.#parts.blobs, plan, options));
  }

  /** @returns undefined where it cannot be cut: then it travels whole, as its bytes are known to be right */
  async #cut({ digest, file, options: { signal } }: Sending): Promise<FileToSend | undefined> {
    try {
      const cut = await this.#cuts.take(() => this.#parts.chunker.cut(file.path, { signal }));
      if (cut.digest !== digest) throw changed(file);
      return { digest, size: cut.size, segments: segmentsOf(cut.chunks) };
    } catch (error) {
      if (isMlError(error) && error.code === 'ERR_ML_THREAD_LOST') return undefined;
      throw error;
    }
  }

  /** @returns undefined when chunks would spare too little */
  async #plan(file: FileToSend, candidates: readonly SimilarObject[]): Promise<SendPlan | undefined> {
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

function changed({ digest, path }: LargeFile): MlError {
  return new MlError('ERR_ML_SOURCE_CHANGED', {
    message: `${path} changed while ${shortDigest(digest)} was being sent`,
    fix: 'Check the store with nx-ml store verify, then try again.',
  });
}

import { hash } from 'node:crypto';

import { MlError, shortDigest } from '../kernel/index.js';
import type { Blobs, BlobSource, TransferOptions } from '../remote/index.js';
import type { ChunkList } from './chunk-list.js';
import { planFetch } from './fetch-plan.js';
import type { FetchStep } from './fetch-plan.js';
import type { KnownSegment } from './known-chunks.js';
import type { Recipe } from './recipe.js';
import type { Segment } from './segments.js';

/** Bytes that are asked for ahead of what is handed out; a pull brings several objects at once. */
const ahead = 6 * 1024 * 1024;
/** Requests at once: small steps far apart wait for one another's round trips else. */
const mostSteps = 16;

/** A similar file at hand, cut. */
export interface LocalFile {
  readonly bytes: BlobSource;
  readonly segments: readonly KnownSegment[];
}

/** A recipe with the lists of its chunks. */
export interface FetchedRecipe {
  readonly recipe: Recipe;
  /** All of the recipe's. */
  readonly segments: readonly Segment[];
}

export interface FetchOptions extends TransferOptions {
  /** Begins there, in bytes, rather than at 0. */
  readonly start?: number;
  /** Called with the number of bytes that came from a local file instead of the remote. */
  readonly onLocalBytes?: ((count: number) => void) | undefined;
}

/**
 * The bytes of an object, in order, by its recipe: each chunk from a local file that has it, else from the remote.
 * Every chunk is verified before it is handed out; the whole is for the caller to verify, as with any object. Memory
 * is bounded, whatever the size, but for the list of chunks (0.6 MB a GB).
 *
 * @throws MlError ERR_ML_OBJECT_CORRUPT for bytes of the remote that are not those of the chunk, ERR_ML_DOCUMENT_INVALID
 * for a recipe that parts a chunk, and as Blobs
 */
export async function* fetchChunks(
  blobs: Blobs,
  { recipe, segments }: FetchedRecipe,
  locals: readonly LocalFile[],
  options: FetchOptions = {},
): AsyncGenerator<Buffer> {
  const plan = planFetch(
    recipe,
    segments,
    locals.map((local) => local.segments),
  );
  const reader = new StepReader(blobs, recipe, { locals, options });
  const waiting: Waiting[] = [];
  let toSkip = options.start ?? 0;
  const rest = (bytes: Buffer): Buffer => {
    const left = bytes.subarray(toSkip);
    toSkip = 0;
    return left;
  };
  try {
    for (const step of plan) {
      if (step.remote.size <= toSkip) toSkip -= step.remote.size;
      else waiting.push(start(reader, step));
      while (isFull(waiting)) yield rest(await next(waiting));
    }
    while (waiting.length > 0) yield rest(await next(waiting));
  } finally {
    await Promise.allSettled(waiting.map(({ bytes }) => bytes));
  }
}

interface Waiting {
  readonly size: number;
  readonly bytes: Promise<Buffer>;
}

function start(reader: StepReader, step: FetchStep): Waiting {
  const bytes = reader.read(step);
  bytes.catch(() => undefined); // It is told when its turn comes.
  return { size: step.remote.size, bytes };
}

function isFull(waiting: readonly Waiting[]): boolean {
  return waiting.length >= mostSteps || waiting.reduce((sum, { size }) => sum + size, 0) >= ahead;
}

async function next(waiting: Waiting[]): Promise<Buffer> {
  const bytes = (await waiting[0]?.bytes) ?? Buffer.alloc(0);
  waiting.shift();
  return bytes;
}

class StepReader {
  constructor(
    private readonly blobs: Blobs,
    private readonly recipe: Recipe,
    private readonly from: { readonly locals: readonly LocalFile[]; readonly options: FetchOptions },
  ) {}

  async read(step: FetchStep): Promise<Buffer> {
    const { onLocalBytes } = this.from.options;
    const local = await this.#local(step);
    if (local === undefined) return this.#remote(step);
    onLocalBytes?.(local.length);
    return local;
  }

  /** A local file that is not what it was when it was cut is no harm: the remote has the bytes. */
  async #local({ list, remote, local }: FetchStep): Promise<Buffer | undefined> {
    const file = local === undefined ? undefined : this.from.locals[local.file];
    if (local === undefined || file === undefined) return undefined;
    try {
      const bytes = await fill(file.bytes.read(local.offset, local.offset + remote.size), remote.size);
      return damagedChunk(list, bytes) === undefined ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  async #remote({ list, remote }: FetchStep): Promise<Buffer> {
    const { signal, onBytes } = this.from.options;
    const name = this.recipe.sources[remote.source] ?? '';
    const range = { start: remote.offset, end: remote.offset + remote.size };
    const stream = await this.blobs.read(name, range, { signal });
    if (stream === undefined) throw this.#missing(name);
    const bytes = await fill(stream, remote.size);
    const damaged = damagedChunk(list, bytes);
    if (damaged !== undefined) throw this.#corrupt(name, range.start + damaged);
    onBytes?.(bytes.length); // Here, for `fill` does not wait for the end of the stream.
    return bytes;
  }

  #missing(name: string): MlError {
    return new MlError('ERR_ML_OBJECT_MISSING', {
      message: `${this.blobs.place} does not hold ${name}, of which ${shortDigest(this.recipe.digest)} is made`,
      fix: 'Push the object again from where it is whole.',
    });
  }

  #corrupt(name: string, at: number): MlError {
    return new MlError('ERR_ML_OBJECT_CORRUPT', {
      message: `${name} in ${this.blobs.place} is damaged at byte ${String(at)}, in a chunk of ${shortDigest(this.recipe.digest)}`,
      fix: 'Remove that blob and its recipe, and push the object again from where it is whole.',
    });
  }
}

/** As much of a stream as there shall be; less where it ends early. */
async function fill(stream: AsyncIterable<Uint8Array>, size: number): Promise<Buffer> {
  let bytes: Buffer | undefined;
  let filled = 0;
  for await (const part of stream) {
    // Mostly all comes in one piece, which need not be copied.
    if (filled === 0 && part.length === size) return Buffer.from(part.buffer, part.byteOffset, size);
    bytes ??= Buffer.allocUnsafe(size);
    bytes.set(part.subarray(0, size - filled), filled);
    filled += part.length;
    if (filled > size) break;
  }
  return bytes?.subarray(0, filled) ?? Buffer.alloc(0);
}

/** @returns where in `bytes` the first chunk begins that is not what the list says */
function damagedChunk(list: ChunkList, bytes: Buffer): number | undefined {
  let at = 0;
  for (let index = 0; index < list.length; index += 1) {
    const size = list.sizeAt(index);
    const digest = hash('sha256', bytes.subarray(at, at + size), 'hex');
    if (at + size > bytes.length || list.digestAt(index) !== `sha256:${digest}`) return at;
    at += size;
  }
  return at === bytes.length ? undefined : at;
}

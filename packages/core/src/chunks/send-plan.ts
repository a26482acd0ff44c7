import type { Digest } from '../kernel/index.js';
import { recordBytes } from './chunk-list.js';
import type { ChunkList } from './chunk-list.js';
import { KnownChunks } from './known-chunks.js';
import { mostNew } from './limits.js';
import { NewBlobs } from './new-blobs.js';
import type { BlobPart } from './new-blobs.js';
import { maxPieces } from './recipe.js';
import type { Recipe, SegmentPlace } from './recipe.js';
import { RunBuilder, RunIndex } from './runs.js';
import type { Place } from './runs.js';
import type { Segment } from './segments.js';

/** A file to send, cut. */
export interface FileToSend {
  readonly digest: Digest;
  readonly size: number;
  readonly segments: readonly Segment[];
}

/** A similar object that the remote has. */
export interface Base {
  readonly recipe: Recipe;
  /** The lists of those of its segments that the file to send has not: see `strangeSegments`. */
  readonly lists: ReadonlyMap<Digest, ChunkList>;
}

/** What to write, and the recipe that then is true. */
export interface SendPlan {
  /** New blobs, each by its parts. */
  readonly blobs: readonly (readonly BlobPart[])[];
  /** Bytes of all of them. */
  readonly newBytes: number;
  /** Blobs that the remote must have already, and the byte up to which it must have them. */
  needed(): ReadonlyMap<string, number>;
  /** Number of runs: what a reader without anything must ask for. */
  readonly runs: number;
  /** @param names of the new blobs, in their order */
  recipe(names: readonly string[]): Recipe;
}

/** The segments of a base whose lists must be read to tell which of their chunks a file has. */
export function strangeSegments(recipe: Recipe, own: readonly Segment[]): readonly SegmentPlace[] {
  const digests = new Set(own.map((segment) => segment.digest));
  return recipe.segments.filter((segment) => !digests.has(segment.digest));
}

/**
 * Sends of a file what no base has.
 *
 * @param most new bytes
 * @returns undefined when more than that is new
 */
export function planSend(file: FileToSend, bases: readonly Base[], most = Infinity): SendPlan | undefined {
  const wanted = new Set(file.segments.map((segment) => segment.digest));
  const placed = bases.map((base) => new PlacedBase(base, wanted));
  return new SendPlanner(file, placed).plan(most);
}

/** For a file that the remote has whole in one blob: only its list is new. */
export function planWholeRecipe(file: FileToSend, blob: string): SendPlan {
  return new SendPlanner(file, []).planWhole({ blob, offset: 0, size: file.size });
}

/**
 * As planSend.
 *
 * @returns undefined when it would spare less than half of the file, where a request that a reader may have to make for
 * each run counts as much as the bytes that come in the time of one (64 KB)
 */
export function planWorthwhile(file: FileToSend, bases: readonly Base[]): SendPlan | undefined {
  const most = file.size / 2;
  const plan = planSend(file, bases, Math.min(most, mostNew));
  if (plan === undefined || plan.runs > maxPieces) return undefined;
  return plan.newBytes + plan.runs * requestCost <= most ? plan : undefined;
}

const requestCost = 64 * 1024;

/** Chunks of a base by where they lie in the remote. */
class PlacedBase {
  readonly #known: KnownChunks;
  readonly #runs: RunIndex;
  readonly #recipe: Recipe;
  readonly #segments: ReadonlyMap<Digest, SegmentPlace>;

  constructor({ recipe, lists }: Base, wanted: ReadonlySet<Digest>) {
    const segments = recipe.segments.map((one) => ({ ...one, list: lists.get(one.digest) }));
    this.#known = new KnownChunks(segments, wanted);
    this.#runs = new RunIndex(recipe.runs);
    this.#segments = new Map(recipe.segments.map((one) => [one.digest, one]));
    this.#recipe = recipe;
  }

  /** A segment of the same digest whose bytes are as many; else the base's recipe lies about it. */
  segment({ digest, size }: Segment): readonly Place[] | undefined {
    const offset = this.#known.segment(digest);
    if (offset === undefined || this.#segments.get(digest)?.size !== size) return undefined;
    return this.#places(offset, size);
  }

  segmentList({ digest, size, list }: Segment): Place | undefined {
    const found = this.#segments.get(digest);
    if (found?.size !== size || found.chunks !== list.length) return undefined;
    return { blob: this.#name(found.source), offset: found.offset, size: list.bytes.length };
  }

  chunk(list: ChunkList, index: number): readonly Place[] | undefined {
    const offset = this.#known.chunk(list, index);
    return offset === undefined ? undefined : this.#places(offset, list.sizeAt(index));
  }

  #places(offset: number, size: number): readonly Place[] {
    return this.#runs.cover(offset, size).map((run) => ({ ...run, blob: this.#name(run.source) }));
  }

  #name(source: number): string {
    return this.#recipe.sources[source] ?? '';
  }
}

class SendPlanner {
  readonly #runs = new RunBuilder();
  readonly #blobs = new NewBlobs();
  readonly #newChunks = new Map<Digest, Place>();
  readonly #newLists = new Map<Digest, Place>();

  constructor(
    private readonly file: FileToSend,
    private readonly bases: readonly PlacedBase[],
  ) {}

  plan(most: number): SendPlan | undefined {
    let start = 0;
    for (const segment of this.file.segments) {
      this.#planSegment(segment, start);
      if (this.#blobs.total > most) return undefined;
      start += segment.size;
    }
    return this.#finish();
  }

  /** @param whole where the file lies already */
  planWhole(whole: Place): SendPlan {
    this.#runs.add(whole);
    return this.#finish();
  }

  #finish(): SendPlan {
    const segments = this.file.segments.map((segment) => this.#placeOfList(segment));
    const { digest, size } = this.file;
    return {
      blobs: this.#blobs.blobs,
      newBytes: this.#blobs.total,
      runs: this.#runs.runs.length,
      needed: () => this.#needed(segments),
      recipe: (names) => ({
        digest,
        size,
        sources: this.#runs.blobs().map((blob) => (typeof blob === 'string' ? blob : (names[blob] ?? ''))),
        runs: this.#runs.runs,
        segments,
      }),
    };
  }

  #needed(segments: readonly SegmentPlace[]): ReadonlyMap<string, number> {
    const needed = new Map<string, number>();
    const blobs = this.#runs.blobs();
    const lists = segments.map((one) => ({ ...one, size: one.chunks * recordBytes }));
    for (const { source, offset, size } of [...this.#runs.runs, ...lists]) {
      const blob = blobs[source];
      if (typeof blob === 'string') needed.set(blob, Math.max(needed.get(blob) ?? 0, offset + size));
    }
    return needed;
  }

  #planSegment(segment: Segment, start: number): void {
    const known = this.#find((base) => base.segment(segment));
    if (known === undefined) this.#planChunks(segment, start);
    else this.#add(known);
  }

  #planChunks({ list }: Segment, start: number): void {
    let offset = start;
    for (let index = 0; index < list.length; index += 1) {
      const known = this.#find((base) => base.chunk(list, index));
      this.#add(known ?? [this.#newChunk(list, index, offset)]);
      offset += list.sizeAt(index);
    }
  }

  /** A chunk that comes twice in the file is sent once. */
  #newChunk(list: ChunkList, index: number, start: number): Place {
    const digest = list.digestAt(index);
    const place = this.#newChunks.get(digest) ?? this.#blobs.add({ digest, start, size: list.sizeAt(index) });
    this.#newChunks.set(digest, place);
    return place;
  }

  #placeOfList(segment: Segment): SegmentPlace {
    const { digest, size, list } = segment;
    const place =
      this.#find((base) => base.segmentList(segment)) ??
      this.#newLists.get(digest) ??
      this.#blobs.add({ bytes: list.bytes });
    this.#newLists.set(digest, place);
    return { digest, size, chunks: list.length, source: this.#runs.source(place.blob), offset: place.offset };
  }

  #add(places: readonly Place[]): void {
    for (const place of places) this.#runs.add(place);
  }

  #find<T>(ask: (base: PlacedBase) => T | undefined): T | undefined {
    for (const base of this.bases) {
      const found = ask(base);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

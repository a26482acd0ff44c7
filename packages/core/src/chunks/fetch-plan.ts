import type { ChunkList } from './chunk-list.js';
import { KnownChunks } from './known-chunks.js';
import type { KnownSegment } from './known-chunks.js';
import { invalidChunks } from './problem.js';
import { follows } from './recipe.js';
import type { Recipe, Run } from './recipe.js';
import { RunIndex } from './runs.js';
import type { Segment } from './segments.js';

/** Bytes that are read at once, and held until they are verified. */
const stepSize = 1024 * 1024;

/** Some chunks that lie together both in the remote and, if they are there, in one local file. */
export interface FetchStep {
  readonly list: ChunkList;
  readonly remote: Run;
  readonly local?: LocalPlace | undefined;
}

interface LocalPlace {
  /** Which of the local files. */
  readonly file: number;
  readonly offset: number;
}

/**
 * How to make the object of a recipe, in the order of its bytes.
 *
 * @param segments those of the recipe, with their lists
 * @param locals the segments of similar files that are at hand
 */
export function* planFetch(
  recipe: Recipe,
  segments: readonly Segment[],
  locals: readonly (readonly KnownSegment[])[],
): Generator<FetchStep> {
  const wanted = new Set(segments.map((segment) => segment.digest));
  const known = locals.map((local) => new KnownChunks(local, wanted));
  const runs = new RunIndex(recipe.runs);
  let start = 0;
  for (const segment of segments) {
    yield* stepsOf(segment.list, start, { runs, known, whole: wholeIn(known, segment) });
    start += segment.size;
  }
}

interface Places {
  readonly runs: RunIndex;
  readonly known: readonly KnownChunks[];
  /** Where the segment as a whole begins. */
  readonly whole: LocalPlace | undefined;
}

interface Piece {
  readonly from: number;
  readonly remote: Run;
  readonly local: LocalPlace | undefined;
}

/** Chunks that follow on each other wherever they lie become one step. */
function* stepsOf(list: ChunkList, start: number, places: Places): Generator<FetchStep> {
  let step: Piece | undefined;
  let offset = 0;
  for (let index = 0; index < list.length; index += 1) {
    const size = list.sizeAt(index);
    const remote = remoteOf(places.runs, start + offset, size);
    const local = localOf(places, { list, index, offset });
    if (step !== undefined && goesOn(step, remote, local))
      step = { ...step, remote: { ...step.remote, size: step.remote.size + size } };
    else {
      if (step !== undefined) yield stepOf(list, step, index);
      step = { from: index, remote, local };
    }
    offset += size;
  }
  if (step !== undefined) yield stepOf(list, step, list.length);
}

function stepOf(list: ChunkList, { from, remote, local }: Piece, to: number): FetchStep {
  return { list: list.slice(from, to), remote, local };
}

function goesOn(step: Piece, remote: Run, local: LocalPlace | undefined): boolean {
  if (!follows(step.remote, remote) || step.remote.size + remote.size > stepSize) return false;
  if (step.local === undefined || local === undefined) return step.local === local;
  return step.local.file === local.file && step.local.offset + step.remote.size === local.offset;
}

function remoteOf(runs: RunIndex, offset: number, size: number): Run {
  const [run, ...more] = runs.cover(offset, size);
  if (run !== undefined && more.length === 0 && run.size === size) return run;
  throw invalidChunks('A recipe', `a chunk of ${String(size)} bytes at ${String(offset)} lies in two runs`);
}

function wholeIn(known: readonly KnownChunks[], { digest }: Segment): LocalPlace | undefined {
  for (const [file, chunks] of known.entries()) {
    const offset = chunks.segment(digest);
    if (offset !== undefined) return { file, offset };
  }
  return undefined;
}

function localOf(
  { known, whole }: Places,
  { list, index, offset }: { readonly list: ChunkList; readonly index: number; readonly offset: number },
): LocalPlace | undefined {
  if (whole !== undefined) return { file: whole.file, offset: whole.offset + offset };
  for (const [file, chunks] of known.entries()) {
    const found = chunks.chunk(list, index);
    if (found !== undefined) return { file, offset: found };
  }
  return undefined;
}

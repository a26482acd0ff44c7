import { digestOf, isMlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { collect } from '../remote/index.js';
import type { Blobs, TransferOptions } from '../remote/index.js';
import { parseChunkList, recordBytes } from './chunk-list.js';
import { maxCompared } from './limits.js';
import { invalidChunks } from './problem.js';
import { decodeRecipe, maxRecipeBytes, recipeName } from './recipe.js';
import type { Recipe, SegmentPlace } from './recipe.js';
import type { Segment } from './segments.js';

/** Most bytes of lists that are asked for at once. */
const mostAtOnce = 4 * 1024 * 1024;

/**
 * The recipe of an object.
 *
 * @returns undefined when the remote has none
 * @throws MlError ERR_ML_DOCUMENT_INVALID, and as Blobs
 */
export async function readRecipe(
  blobs: Blobs,
  digest: Digest,
  options?: TransferOptions,
): Promise<Recipe | undefined> {
  const stream = await blobs.read(recipeName(digest), undefined, options);
  if (stream === undefined) return undefined;
  const bytes = await collect(stream, maxRecipeBytes);
  if (bytes === undefined)
    throw invalidChunks('A recipe', `it has more than ${String(maxRecipeBytes)} bytes`);
  return decodeRecipe(bytes, digest);
}

/**
 * Segments with their lists, verified; those that lie together by one request.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID for a list that is missing or is not what the recipe says, and as Blobs
 */
export async function readSegments(
  blobs: Blobs,
  { sources }: Recipe,
  { places, options }: { readonly places: readonly SegmentPlace[]; readonly options?: TransferOptions },
): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for (const group of together(places)) {
    const [first] = group;
    const bytes = await readRange(blobs, sources[first.source] ?? '', {
      start: first.offset,
      size: listSize(group),
      options,
    });
    segments.push(...split(group, bytes));
  }
  return segments;
}

/** As many of these, from the first, as may be held in memory at once. */
export function comparable(places: readonly SegmentPlace[]): readonly SegmentPlace[] {
  let chunks = 0;
  return places.filter((place) => (chunks += place.chunks) <= maxCompared);
}

/** For what one can do without: whatever is refused is as if it were not there. */
export async function unlessInvalid<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMlError(error) && error.code === 'ERR_ML_DOCUMENT_INVALID') return undefined;
    throw error;
  }
}

type Group = [SegmentPlace, ...SegmentPlace[]];

function together(places: readonly SegmentPlace[]): readonly Group[] {
  const groups: Group[] = [];
  for (const place of places) {
    const group = groups.at(-1);
    if (group !== undefined && continues(group, place)) group.push(place);
    else groups.push([place]);
  }
  return groups;
}

function continues(group: Group, next: SegmentPlace): boolean {
  const size = listSize(group);
  return group[0].source === next.source && group[0].offset + size === next.offset && size < mostAtOnce;
}

function listSize(group: readonly SegmentPlace[]): number {
  return group.reduce((sum, { chunks }) => sum + chunks * recordBytes, 0);
}

async function readRange(
  blobs: Blobs,
  name: string,
  { start, size, options }: { start: number; size: number; options: TransferOptions | undefined },
): Promise<Buffer> {
  const stream = await blobs.read(name, { start, end: start + size }, options);
  const bytes = stream === undefined ? undefined : await collect(stream, size);
  if (bytes?.length === size) return bytes;
  throw invalidChunks('A recipe', `${name} in ${blobs.place} does not hold the list of chunks that it names`);
}

function split(group: Group, bytes: Buffer): readonly Segment[] {
  let end = 0;
  return group.map(({ digest, size, chunks }) => {
    const start = end;
    end += chunks * recordBytes;
    const list = bytes.subarray(start, end);
    if (digestOf(list) !== digest)
      throw invalidChunks('A list of chunks', 'its bytes are not those that the recipe names');
    return { digest, size, list: parseChunkList(list, { chunks, size }) };
  });
}

import { documentBytes, fromHex, hexOf, isJsonObject } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { recordBytes } from './chunk-list.js';
import { maxChunk, maxChunkedFile, maxSegmentChunks } from './limits.js';
import { invalidChunks } from './problem.js';

/** Bytes of the file that lie together in a blob of the remote. */
export interface Run {
  /** Index into the recipe's sources. */
  readonly source: number;
  /** Bytes from the start of that blob. */
  readonly offset: number;
  readonly size: number;
}

/** Where a part of the list of chunks lies. */
export interface SegmentPlace {
  readonly digest: Digest;
  /** Bytes of the file. */
  readonly size: number;
  readonly chunks: number;
  readonly source: number;
  readonly offset: number;
}

/** Of what bytes of which blobs an object is made. docs/design/chunks.md */
export interface Recipe {
  readonly digest: Digest;
  readonly size: number;
  /** Names of blobs: whole objects and chunk blobs. */
  readonly sources: readonly string[];
  /** In the order of the file. */
  readonly runs: readonly Run[];
  /** In the order of the file. */
  readonly segments: readonly SegmentPlace[];
}

/** Most bytes of a recipe that is read. */
export const maxRecipeBytes = 32 * 1024 * 1024;
/** Most runs, and most segments. A file in more pieces is better sent whole. */
export const maxPieces = 65_536;

const sourceName = /^(objects\/sha256\/[0-9a-f]{2}\/[0-9a-f]{62}|chunks\/[0-9a-f]{64})$/;
const hex64 = /^[0-9a-f]{64}$/;

export function recipeName(digest: Digest): string {
  return `recipes/sha256/${hexOf(digest).slice(0, 2)}/${hexOf(digest).slice(2)}`;
}

/** @returns undefined for a name that no recipe has. */
export function recipeOfBlob(name: string): Digest | undefined {
  const match = /^recipes\/sha256\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(name);
  return match === null ? undefined : fromHex(`${String(match[1])}${String(match[2])}`);
}

/** @param digest of the bytes of a blob of chunks. */
export function chunksName(digest: Digest): string {
  return `chunks/${hexOf(digest)}`;
}

/** @returns undefined for a name that no blob of chunks has. */
export function chunksOfBlob(name: string): Digest | undefined {
  const match = /^chunks\/([0-9a-f]{64})$/.exec(name);
  return match === null ? undefined : fromHex(String(match[1]));
}

export function encodeRecipe(recipe: Recipe): Buffer {
  const { digest, size, sources, runs, segments } = recipe;
  return documentBytes({
    formatVersion: 1,
    kind: 'recipe',
    digest,
    size,
    sources,
    runs: runs.map((run) => [run.source, run.offset, run.size]),
    segments: segments.map((part) => [hexOf(part.digest), part.size, part.chunks, part.source, part.offset]),
  });
}

/**
 * Reads a recipe that may be hostile.
 *
 * @param digest of the object that it must be for
 * @throws MlError ERR_ML_DOCUMENT_INVALID
 */
export function decodeRecipe(bytes: Uint8Array, digest: Digest): Recipe {
  if (bytes.length > maxRecipeBytes) throw refused(`it has ${String(bytes.length)} bytes`);
  const document = parse(bytes);
  if (!isJsonObject(document) || document['kind'] !== 'recipe' || document['formatVersion'] !== 1)
    throw refused('it is none of format 1');
  if (document['digest'] !== digest) throw refused('it is for another object');
  const size = count(document['size']);
  if (size > maxChunkedFile) throw refused(`an object of ${String(size)} bytes travels whole`);
  const recipe: Recipe = {
    digest,
    size,
    sources: list(document['sources'], 2 * maxPieces).map(source),
    runs: list(document['runs'], maxPieces).map(run),
    segments: list(document['segments'], maxPieces).map(segment),
  };
  check(recipe);
  if (!encodeRecipe(recipe).equals(bytes)) throw refused('it is not in canonical form');
  return recipe;
}

function check({ size, sources, runs, segments }: Recipe): void {
  if (sum(runs) !== size || sum(segments) !== size) throw refused('its sizes do not sum');
  if (segments.some(isImpossible)) throw refused('a segment has impossible numbers');
  if (runs.some((one, at) => one.size === 0 || follows(runs[at - 1], one)))
    throw refused('its runs are empty or could be one');
  const used = new Set([...runs, ...segments].map((piece) => piece.source));
  if (new Set(sources).size !== sources.length) throw refused('it names a source twice');
  if ([...used].some((index, at) => index !== at) || used.size !== sources.length)
    throw refused('its sources are not those that it uses, in that order');
}

/** True when a run goes on where the one before ends, so that the two are one. */
export function follows(before: Run | undefined, next: Run): boolean {
  return before?.source === next.source && before.offset + before.size === next.offset;
}

function isImpossible({ chunks, size }: SegmentPlace): boolean {
  return chunks < 1 || chunks > maxSegmentChunks || size < chunks || size > chunks * maxChunk;
}

function sum(pieces: readonly { readonly size: number }[]): number {
  return pieces.reduce((total, { size }) => total + size, 0);
}

function source(value: unknown): string {
  if (typeof value === 'string' && sourceName.test(value)) return value;
  throw refused('a source is no object and no chunks');
}

function run(value: unknown): Run {
  const [at, offset, size] = list(value, 3).map(count);
  if (at === undefined || offset === undefined || size === undefined) throw refused('a run is cut short');
  return { source: at, offset, size: within(offset, size) };
}

function segment(value: unknown): SegmentPlace {
  const [digest, ...numbers] = list(value, 5);
  const [size, chunks, at, offset] = numbers.map(count);
  if (typeof digest !== 'string' || !hex64.test(digest)) throw refused('a segment has no digest');
  if (size === undefined || chunks === undefined || at === undefined || offset === undefined)
    throw refused('a segment is cut short');
  within(offset, chunks * recordBytes);
  return { digest: fromHex(digest), size, chunks, source: at, offset };
}

/** The end of a piece must be a number that is exact. */
function within(offset: number, size: number): number {
  count(offset + size);
  return size;
}

function list(value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw refused('a list is missing');
  if (value.length > most) throw refused(`a list has ${String(value.length)} entries`);
  return value;
}

function count(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw refused('a number is missing, negative or too large');
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refused('it is not JSON in UTF-8', cause);
  }
}

function refused(why: string, cause?: unknown): Error {
  return invalidChunks('A recipe', why, cause);
}

import { checkPathSet, compareText, isDigest, isJsonObject, MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

export interface TreeEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** More files than any honest tree has; a larger document is refused before it eats the memory. */
const maxEntries = 10_000_000;
/** So many are text at one time. */
const entriesInPart = 4096;
const opening = Buffer.from('{"entries":[');
const closing = Buffer.from('],"formatVersion":1,"kind":"tree"}\n');

/**
 * The one encoding of a tree: `{"entries":[{"digest","path","size"}...],"formatVersion":1,"kind":"tree"}`,
 * entries sorted by path, canonical JSON. Modes, times and owners are not part of it.
 *
 * @throws MlError ERR_ML_PATH_UNSAFE
 */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = isSorted(entries) ? entries : [...entries].sort((a, b) => compareText(a.path, b.path));
  checkPathSet(sorted.map((entry) => entry.path));
  const parts: Buffer[] = [];
  for (let first = 0; first === 0 || first < sorted.length; first += entriesInPart)
    parts.push(encodePart(sorted.slice(first, first + entriesInPart), first === 0));
  return Buffer.concat([opening, ...parts, closing]);
}

/** What canonicalJson would write, without its detours: a tree may have millions of entries. */
function encodePart(entries: readonly TreeEntry[], isFirst: boolean): Buffer {
  const texts = entries.map(entryText).join(',');
  return Buffer.from(isFirst ? texts : `,${texts}`);
}

function entryText({ path, digest, size }: TreeEntry): string {
  return `{"digest":"${digest}","path":${JSON.stringify(path)},"size":${String(size)}}`;
}

function isSorted(entries: readonly TreeEntry[]): boolean {
  return entries.every((entry, index) => index === 0 || (entries[index - 1]?.path ?? '') < entry.path);
}

/**
 * Reads a tree document that may be hostile: only the canonical bytes of a safe tree are accepted.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID, ERR_ML_PATH_UNSAFE
 */
export function decodeTree(bytes: Uint8Array): readonly TreeEntry[] {
  const document = parse(bytes);
  if (!isJsonObject(document) || document['kind'] !== 'tree' || document['formatVersion'] !== 1)
    throw invalid('it is no tree document of format 1');
  const entries = document['entries'];
  if (!Array.isArray(entries)) throw invalid('it has no entries');
  if (entries.length > maxEntries) throw invalid(`it has ${String(entries.length)} entries`);
  const tree = entries.map(decodeEntry);
  if (!encodeTree(tree).equals(bytes)) throw invalid('it is not in canonical form');
  return tree;
}

function decodeEntry(value: unknown): TreeEntry {
  if (!isJsonObject(value)) throw invalid('an entry is no object');
  const { path, digest, size } = value;
  if (typeof path !== 'string' || !isDigest(digest)) throw invalid('an entry has no path or digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`the size of ${path} is wrong`);
  return { path, digest, size };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid('it is not JSON in UTF-8', cause);
  }
}

function invalid(why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `A tree document was refused: ${why}`,
    fix: 'Fetch the data again from a source you trust.',
    cause,
  });
}

import { checkPathSet, compareText, isDigest, MlError } from '../kernel/index.js';
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
const digestLength = 'sha256:'.length + 64;
const backslash = 0x5c;
const opening = Buffer.from('{"entries":[');
const closing = Buffer.from('],"formatVersion":1,"kind":"tree"}\n');

/**
 * The one encoding of a tree: `{"entries":[{"digest","path","size"}...],"formatVersion":1,"kind":"tree"}`,
 * entries sorted by path, canonical JSON. Modes, times and owners are not part of it.
 *
 * @throws MlError ERR_ML_PATH_UNSAFE
 */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = inSafeOrder(entries);
  let length = 0;
  for (const part of encodedParts(sorted)) length += part.length;
  const document = Buffer.allocUnsafeSlow(length);
  length = 0;
  // Made twice, so that they need not stand in memory beside the document.
  for (const part of encodedParts(sorted)) length += part.copy(document, length);
  return document;
}

/** @throws MlError ERR_ML_PATH_UNSAFE */
function inSafeOrder(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const sorted = isSorted(entries) ? entries : [...entries].sort((a, b) => compareText(a.path, b.path));
  checkPathSet(sorted.map((entry) => entry.path));
  return sorted;
}

/** @param sorted by path */
function* encodedParts(sorted: readonly TreeEntry[]): Generator<Buffer> {
  yield opening;
  for (let first = 0; first < sorted.length; first += entriesInPart)
    yield encodePart(sorted.slice(first, first + entriesInPart), first === 0);
  yield closing;
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
 * Reads a tree document that may be hostile: only the canonical bytes of a safe tree are accepted. Entry by entry, because
 * the text and the JSON of a large one take several times the memory of its entries.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID, ERR_ML_PATH_UNSAFE
 */
export function decodeTree(document: Uint8Array): readonly TreeEntry[] {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  const end = bytes.length - closing.length;
  if (end < opening.length || !bytes.subarray(0, opening.length).equals(opening))
    throw invalid('it is no tree document of format 1 in canonical form');
  const tree: TreeEntry[] = [];
  for (let at = opening.length; at < end; at += 1) {
    const { entry, next } = decodeEntry(bytes, at);
    tree.push(entry);
    at = next;
    if (tree.length > maxEntries) throw invalid(`it has more than ${String(maxEntries)} entries`);
  }
  // Whatever was read wrongly, or stood in another form, is found here.
  if (!isEncoding(bytes, inSafeOrder(tree))) throw invalid('it is not in canonical form');
  return tree;
}

/** @returns an entry and where the one after it is, less the comma */
function decodeEntry(bytes: Buffer, start: number): { readonly entry: TreeEntry; readonly next: number } {
  const digestAt = start + '{"digest":"'.length;
  const pathAt = digestAt + digestLength + '","path":'.length;
  const pathEnd = endOfText(bytes, pathAt);
  const sizeAt = pathEnd + ',"size":'.length;
  const next = bytes.indexOf('}', sizeAt) + 1;
  const digest = bytes.toString('latin1', digestAt, digestAt + digestLength);
  if (next === 0 || next - sizeAt > 20 || !isDigest(digest)) throw invalid('an entry has no path or digest');
  const path = parse(bytes.toString('utf8', pathAt, pathEnd));
  const size = parse(bytes.toString('latin1', sizeAt, next - 1));
  if (typeof path !== 'string') throw invalid('an entry has no path or digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`the size of ${path} is wrong`);
  return { entry: { path, digest, size }, next };
}

/** Where the JSON text that begins here ends, behind its quote. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf('"', start + 1); at !== -1; at = bytes.indexOf('"', at + 1)) {
    let slashes = 0;
    while (bytes[at - slashes - 1] === backslash) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  throw invalid('a path does not end');
}

function isEncoding(bytes: Buffer, tree: readonly TreeEntry[]): boolean {
  let at = 0;
  for (const part of encodedParts(tree)) {
    if (!bytes.subarray(at, at + part.length).equals(part)) return false;
    at += part.length;
  }
  return at === bytes.length;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
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

import type { readJson } from '../documents/index.js';
import { isJsonObject, MlError, messageOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

/** How a name that something mentions is to be followed. */
export interface KeptName {
  readonly digest: Digest;
  /** `unknown`: it is a tree if it looks like one. */
  readonly kind: 'file' | 'tree' | 'unknown';
}

export interface PointerText {
  /** For messages, and to tell kinds of pointers apart. */
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  /** undefined: it was longer than anybody reads. */
  readonly text: string | undefined;
}

/** Which committed files may name stored objects, as git's pathspecs and as ends of file names. */
export const pointerEndings: readonly string[] = ['.ref.json'];
export const pointerPathspecs: readonly string[] = pointerEndings.map((ending) => `*${ending}`);

/** Nothing longer is read: a pointer has at most 1,024 characters, of at most 4 bytes each. */
export const maxPointerBytes = 4096;

/**
 * The one place that decides what a committed file keeps in the store. `.dvc` files and Git LFS pointers keep nothing:
 * what is read through them stays in DVC's cache or in Git LFS, and comes from there again. The documents' schemas are loaded here alone:
 * that takes half the time of an answer that reads no pointer.
 *
 * @returns no name for a text that provably is no pointer that nx-ml wrote.
 * @throws MlError ERR_ML_POINTER_INVALID for one that may be: damaged, hostile, or of a newer format.
 */
export async function pointedDigests({ path, size, text }: PointerText): Promise<readonly KeptName[]> {
  if (!pointerEndings.some((ending) => path.endsWith(ending))) return [];
  if (text === undefined || size > maxPointerBytes) return [];
  const documents = await import('../documents/index.js');
  if (isForeign(text, documents.readJson)) return [];
  const { digest, kind } = documents.decodePointer(text, path);
  return [{ digest, kind }];
}

function isForeign(text: string, read: typeof readJson): boolean {
  if (text.trim() === '' || text.length > 1024) return true;
  const reading = read(text);
  if (!reading.ok) return false;
  const { value } = reading;
  return !isJsonObject(value) || !('digest' in value || 'formatVersion' in value);
}

/** Every digest that stands whole in a text, whatever the text is. */
export function mentionedDigests(text: string): readonly KeptName[] {
  const found = new Set(text.match(/sha256:[0-9a-f]{64}(?![0-9a-f])/g) ?? []);
  return [...found].map((digest) => ({ digest: digest as Digest, kind: 'unknown' }));
}

/** What gc says of a root that it cannot read. */
export function rootUnreadable(what: string, fix: string, cause?: unknown): MlError {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new MlError('ERR_ML_ROOTS_UNREADABLE', {
    message: `Nothing was deleted, for ${what}${why}`,
    fix,
    cause,
  });
}

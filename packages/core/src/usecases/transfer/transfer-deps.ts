import { isMlError, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { Remote, SizedObject } from '../../remote/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectStore, TreeEntry } from '../../store/index.js';

/** How far a transfer has come, for whoever watches. */
export interface TransferProgress {
  /** What is to be done, once it is known. */
  expect(whole: { readonly files?: number; readonly bytes?: number }): void;
  /** So much more is done. */
  advance(done: { readonly files?: number; readonly bytes?: number }): void;
}

export interface TransferDeps {
  readonly remote: Remote;
  /** The one on this machine. */
  readonly store: ObjectStore;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: TransferProgress | undefined;
}

/** The longest tree document that can be decoded; as in the store. */
export const maxTreeBytes = 500_000_000;

/** The files of a stored tree, as its reference promises them. @throws MlError ERR_ML_DOCUMENT_INVALID */
export async function treeEntries(
  ref: ObjectRef,
  store: Pick<ObjectStore, 'readBytes'>,
): Promise<readonly TreeEntry[]> {
  const entries = decodeTree(await store.readBytes(ref.digest, maxTreeBytes));
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (entries.length === ref.files && size === ref.size) return entries;
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `What refers to the tree ${ref.digest} promises ${String(ref.files)} files of ${String(ref.size)} bytes, and it has ${String(entries.length)} of ${String(size)}`,
    fix: 'Restore the pointer or manifest from git: it was edited or damaged.',
  });
}

/** Each object once, in the order of its first mention. */
export function distinct(objects: Iterable<SizedObject>): readonly SizedObject[] {
  const byDigest = new Map<Digest, SizedObject>();
  for (const object of objects) if (!byDigest.has(object.digest)) byDigest.set(object.digest, object);
  return [...byDigest.values()];
}

export function sizeOfAll(objects: readonly SizedObject[]): number {
  return objects.reduce((sum, { size }) => sum + (size ?? 0), 0);
}

export function isCorrupt(error: unknown): boolean {
  return isMlError(error) && error.code === 'ERR_ML_OBJECT_CORRUPT';
}

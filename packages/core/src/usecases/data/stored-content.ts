import { isDigest, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectStore, TreeEntry } from '../../store/index.js';
import type { Content } from './content-changes.js';

/** As large as a tree document may be. Bytes. */
const mostBytes = 500_000_000;

/** An object's bytes; undefined where they are gone or damaged: then there is less to tell. */
export async function bytesIfThere(digest: Digest, objects: ObjectStore): Promise<Buffer | undefined> {
  try {
    return await objects.readBytes(digest, mostBytes);
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}

/** The files of a stored tree; undefined where its list is gone. @throws MlError ERR_ML_DOCUMENT_INVALID, ERR_ML_PATH_UNSAFE */
export async function storedTree(
  digest: Digest,
  objects: ObjectStore,
): Promise<readonly TreeEntry[] | undefined> {
  const bytes = await bytesIfThere(digest, objects);
  return bytes === undefined ? undefined : decodeTree(bytes);
}

/** The files of a stored reference, and their bytes; undefined where its list is gone. @param name of its only file. */
export async function storedContent(
  ref: ObjectRef,
  name: string,
  objects: ObjectStore,
): Promise<Content | undefined> {
  const entries =
    ref.kind === 'tree'
      ? await storedTree(ref.digest, objects)
      : [{ path: name, digest: ref.digest, size: ref.size }];
  return entries && contentOf(entries, objects);
}

/** Files of the store. */
export function contentOf(entries: readonly TreeEntry[], objects: ObjectStore): Content {
  return {
    entries,
    read: ({ digest }) => (isDigest(digest) ? bytesIfThere(digest, objects) : Promise.resolve(undefined)),
  };
}

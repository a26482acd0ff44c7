import type { BundleFile } from '../../bundle/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';

/** Whether a bundle's model is what training left: the same files with the same bytes, and no other. */
export async function holdsModel(
  files: readonly BundleFile[],
  model: ObjectRef,
  objects: Pick<ObjectStore, 'readBytes'>,
): Promise<boolean> {
  const trained = decodeTree(await objects.readBytes(model.digest));
  const packaged = new Map(
    files.filter(({ path }) => path.startsWith('model/')).map(({ path, digest }) => [path, digest]),
  );
  return (
    packaged.size === trained.length &&
    trained.every(({ path, digest }) => packaged.get(`model/${path}`) === digest)
  );
}

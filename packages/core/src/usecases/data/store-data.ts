import { join } from 'node:path';

import type { DataGlance, WorkspaceData } from '../../data/index.js';
import type { Digest } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectStore, PutOptions, TreeEntry, WatchOptions } from '../../store/index.js';
import { storedTree } from './stored-content.js';

export interface StoreDataDeps {
  /** Absolute; the workspace. */
  readonly root: string;
  readonly objects: ObjectStore;
  readonly data: WorkspaceData;
  readonly watch?: WatchOptions;
  readonly manner?: Pick<PutOptions, 'by' | 'onCopied'>;
}

/**
 * Puts a file or folder of the workspace into the store. A file that did not change since it was last read, and whose object
 * the store has, is not read again; where everything is new, or something moves meanwhile, the store reads all. So it does where files are
 * to become links: that changes their numbers, by which files are remembered.
 *
 * @param path workspace-relative.
 * @throws MlError those of ObjectStore.put; and the reason of an aborted signal
 */
export async function storeData(path: string, deps: StoreDataDeps): Promise<ObjectRef> {
  if (deps.manner?.by === 'link')
    return deps.objects.put(join(deps.root, path), { ...deps.watch, ...deps.manner });
  const glance = deps.data.glance(path);
  if (glance === undefined || glance.unknown.length === glance.paths.length)
    return storeWhole(path, glance, deps);
  return (await storeRest(path, glance, deps)) ?? (await storeWhole(path, deps.data.glance(path), deps));
}

/** Reads what is not remembered or not stored. @returns undefined when it is no longer what the glance saw. */
async function storeRest(
  path: string,
  glance: DataGlance,
  deps: StoreDataDeps,
): Promise<ObjectRef | undefined> {
  const { objects } = deps;
  const seen = glance.learn(await putFiles(path, glance, glance.unknown, deps));
  const entries = seen.entries();
  const missing = new Set(await objects.missing([seen.ref.digest, ...entries.map(({ digest }) => digest)]));
  const lost = entries.filter(({ digest }) => missing.has(digest));
  const put = await putFiles(
    path,
    glance,
    lost.map((entry) => entry.path),
    deps,
  );
  const isAsSeen = lost.every((entry) => put.get(entry.path) === entry.digest);
  if (!isAsSeen || !glance.isStill()) return undefined;
  if (glance.kind === 'tree' && missing.has(seen.ref.digest)) await objects.putBytes(encodeTree(entries));
  return seen.ref;
}

/** In a batch of their own: they are durable before a tree names them. */
async function putFiles(
  path: string,
  { kind }: DataGlance,
  files: readonly string[],
  { root, objects, watch }: StoreDataDeps,
): Promise<ReadonlyMap<string, Digest>> {
  const digests = new Map<string, Digest>();
  if (files.length === 0) return digests;
  let bytes = 0;
  await objects.batch(async (writer) => {
    for (const file of files) {
      watch?.signal?.throwIfAborted();
      const { digest, size } = await writer.putFile(join(root, path, kind === 'file' ? '' : file));
      digests.set(file, digest);
      bytes += size;
      watch?.onProgress?.({ files: digests.size, bytes, ofFiles: files.length });
    }
  });
  return digests;
}

/** @param glance of before the store reads, so that what it read can be remembered. */
async function storeWhole(
  path: string,
  glance: DataGlance | undefined,
  { root, objects, watch }: StoreDataDeps,
): Promise<ObjectRef> {
  const ref = await objects.put(join(root, path), watch);
  if (glance !== undefined) await remember(ref, glance, objects);
  return ref;
}

async function remember(ref: ObjectRef, glance: DataGlance, objects: ObjectStore): Promise<void> {
  if (ref.kind !== glance.kind) return;
  const [name = ''] = glance.paths;
  const entries: readonly Pick<TreeEntry, 'path' | 'digest'>[] =
    ref.kind === 'file'
      ? [{ path: name, digest: ref.digest }]
      : ((await storedTree(ref.digest, objects)) ?? []);
  const digests = new Map(entries.map(({ path, digest }) => [path, digest]));
  if (glance.unknown.every((path) => digests.has(path))) glance.learn(digests);
}

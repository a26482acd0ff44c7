import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import type { Release } from '@nx-ml/core/deploy';
import type { Digest } from '@nx-ml/core/kernel';
import type { ServedModels } from '@nx-ml/core/manifest';
import type { ObjectStore } from '@nx-ml/core/store';
import { verifyStoredBundle } from '@nx-ml/core/usecases/package';

import { packagedBundle, verifyOptions } from '../cli/package/bundle-at-hand.js';
import { placeFiles } from '../cli/package/place-files.js';
import { withRemote } from '../compose-remote.js';
import { freshFolder } from '../deploy/fresh-folder.js';
import { readNxJson } from '../plugin-options.js';
import { storeFolder } from '../store-folder.js';

export interface ReleaseRequest {
  /** Absolute: of the workspace. */
  readonly root: string;
  readonly service: string;
  readonly served: ServedModels;
  readonly signal: AbortSignal;
}

/** What a gateway takes for `--release`. */
export interface ReleaseFolder {
  /** Absolute. */
  readonly path: string;
  readonly release: Release;
  remove(): void;
}

/**
 * Lays the bundles that packaging left here out as one release. It lies below the workspace, where processes of the user's own find the
 * packages that are installed there.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING where a model was not packaged here, and as verifyStoredBundle
 */
export async function layOutRelease(request: ReleaseRequest): Promise<ReleaseFolder> {
  const { root, service, served } = request;
  const bundles = Object.entries(served.models).map(
    ([name, project]) => [name, packagedBundle(project, root)] as const,
  );
  const objects = await openObjects(request);
  const path = freshFolder(join(root, '.nx-ml'), 'serve-');
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true });
  };
  try {
    const models: Record<string, Digest> = {};
    for (const [name, ref] of bundles) {
      const bundle = await verifyStoredBundle(ref, verifyOptions([], undefined), objects);
      const files = bundle.files.map((file) => ({ file, path: file.path }));
      await placeFiles(files, join(path, name), objects);
      models[name] = bundle.digest;
    }
    const release: Release = { formatVersion: 1, service, models, config: served.config };
    writeFileSync(join(path, 'release.json'), JSON.stringify(release));
    return { path, release, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** What is not in the store of this machine comes from the remote. */
async function openObjects({ root, signal }: ReleaseRequest): Promise<ObjectStore> {
  const store = storeFolder(process.env);
  const local = await openFolderStore({ root: store, usedBy: root });
  const nxJson = await readNxJson(root);
  return withRemote(local, { nxJson, variables: process.env, store, emit: () => undefined, signal }).objects;
}

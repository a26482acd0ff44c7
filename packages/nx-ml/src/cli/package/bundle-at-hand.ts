import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { verifyBundle } from '@nx-ml/core/adapters/bundle-fs';
import { parseTrustedKey } from '@nx-ml/core/bundle';
import type { VerifiedBundle, VerifyOptions } from '@nx-ml/core/bundle';
import { decodeStepManifest } from '@nx-ml/core/documents';
import { MlError, parseDigest } from '@nx-ml/core/kernel';
import { manifestPath } from '@nx-ml/core/layout';
import type { ObjectRef, ObjectStore } from '@nx-ml/core/store';
import { verifyStoredBundle } from '@nx-ml/core/usecases/package';

import { storeFolder } from '../../store-folder.js';
import { trustedKeys } from '../../trusted-keys.js';
import { findWorkspaceRoot } from '../workspace-root.js';

/** The bundle that the workspace's last packaging of a model left, and the store that has it. */
export interface StoredBundle {
  readonly bundle: ObjectRef;
  readonly objects: ObjectStore;
}

/** @throws MlError ERR_ML_OBJECT_MISSING where the model was not packaged here */
export async function storedBundle(project: string, cwd: string): Promise<StoredBundle> {
  const bundle = packagedBundle(project, findWorkspaceRoot(cwd));
  const root = storeFolder(process.env);
  if (!existsSync(root)) throw notPackaged(project);
  const { objects } = await openFolderStore({ root, readOnly: true });
  return { bundle, objects };
}

/** Which bundle the last packaging of a model left. @param root absolute: of the workspace. @throws MlError ERR_ML_OBJECT_MISSING */
export function packagedBundle(project: string, root: string): ObjectRef {
  const path = join(root, manifestPath({ project, step: 'package' }));
  if (!existsSync(path)) throw notPackaged(project);
  const bundle = decodeStepManifest(readFileSync(path)).runs[0]?.outputs['bundle'];
  if (bundle === undefined) throw notPackaged(project);
  return bundle;
}

/** Reads all of a bundle: in a folder, or that of a project of the workspace. */
export async function verifiedBundle(
  what: string,
  cwd: string,
  options: VerifyOptions,
): Promise<VerifiedBundle> {
  const folder = isAbsolute(what) ? what : resolve(cwd, what);
  if (existsSync(join(folder, 'oci-layout')) || (looksLikePath(what) && isFolder(folder)))
    return verifyBundle(folder, options);
  const { bundle, objects } = await storedBundle(what, cwd);
  return verifyStoredBundle(bundle, options, objects);
}

/** @param keys those of the command line, and NX_ML_TRUSTED_KEYS beside them. */
export function verifyOptions(keys: readonly string[], expected: string | undefined): VerifyOptions {
  return {
    trustedKeys: [...keys.map(parseTrustedKey), ...trustedKeys(process.env)],
    ...(expected === undefined ? {} : { expected: parseDigest(expected) }),
  };
}

function looksLikePath(text: string): boolean {
  return /^\.{0,2}\//.test(text);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function notPackaged(project: string): MlError {
  return new MlError('ERR_ML_OBJECT_MISSING', {
    message: `${project} was not packaged in this workspace yet`,
    fix: `Package it: nx run ${project}:package`,
  });
}

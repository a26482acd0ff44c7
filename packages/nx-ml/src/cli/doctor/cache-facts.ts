import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

import { cacheDir } from '@nx/devkit';
import type { CacheFacts } from '@nx-ml/core/doctor';
import { messageOf } from '@nx-ml/core/kernel';

import { dataFolder } from '../../memory/index.js';
import { installedVersion } from './nx-facts.js';
import type { NxJson } from './nx-facts.js';

/** Packages that Nx tries as a remote cache before its own, and deprecated. */
const deprecated = ['@nx/s3-cache', '@nx/shared-fs-cache', '@nx/gcs-cache', '@nx/azure-cache'];

type Variables = Readonly<Record<string, string | undefined>>;

export function cacheFacts(root: string, nxJson: NxJson, variables: Variables): CacheFacts {
  const chosen = chosenFolder(nxJson, variables);
  const folder = chosen === undefined ? cacheDir : absolute(root, chosen.folder);
  return {
    folder,
    chosenBy: chosen?.by ?? 'Nx',
    unusable: unusable(folder),
    isEmptyBesideDatabase: isEmpty(folder) && hasDatabase(dataFolder(root)),
    isCi: !['', 'false', '0', undefined].includes(variables['CI']),
    deprecated: deprecated.filter((name) => installedVersion(root, name) !== undefined),
  };
}

function chosenFolder(
  nxJson: NxJson,
  variables: Variables,
): { readonly folder: string; readonly by: 'NX_CACHE_DIRECTORY' | 'nx.json' } | undefined {
  const variable = variables['NX_CACHE_DIRECTORY'];
  if (variable !== undefined && variable !== '') return { folder: variable, by: 'NX_CACHE_DIRECTORY' };
  const setting = 'document' in nxJson ? nxJson.document['cacheDirectory'] : undefined;
  return typeof setting === 'string' ? { folder: setting, by: 'nx.json' } : undefined;
}

function absolute(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

/** Nx makes the folder where it is missing, so the nearest one above it has to be writable. */
function unusable(path: string): string | undefined {
  if (!existsSync(path) && path !== dirname(path)) return unusable(dirname(path));
  if (!statSync(path).isDirectory()) return `${path} is no folder`;
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return true;
  }
}

function hasDatabase(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.db'));
  } catch {
    return false;
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isJsonObject, parseJson } from '@nx-ml/core/kernel';

/** In the order in which Nx looks for them, all before a cache over HTTP. */
const packages = ['s3-cache', 'shared-fs-cache', 'gcs-cache', 'azure-cache'].flatMap((name) => [
  `@nx/${name}`,
  `@nx/powerpack-${name}`,
]);

/** What Nx asks instead of the proxy: installed packages, and Nx Cloud. */
export function otherCaches(
  root: string,
  variables: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const installed = packages.filter((name) => existsSync(join(root, 'node_modules', name, 'package.json')));
  return [...installed, ...(usesCloud(root, variables) ? ['Nx Cloud'] : [])];
}

function usesCloud(root: string, variables: Readonly<Record<string, string | undefined>>): boolean {
  if (variables['NX_NO_CLOUD'] === 'true') return false;
  const nxJson = parseJson(readFileSync(join(root, 'nx.json'), 'utf8'));
  const told = isJsonObject(nxJson) ? nxJson : {};
  if (told['neverConnectToCloud'] === true) return false;
  const isTold = ['nxCloudId', 'nxCloudAccessToken'].some((key) => told[key] !== undefined);
  return isTold || (variables['NX_CLOUD_ACCESS_TOKEN'] ?? '') !== '';
}

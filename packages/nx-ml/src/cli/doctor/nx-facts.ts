import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { LocalEnvironment } from '@nx-ml/core/adapters/environment-local';
import type { NxFacts } from '@nx-ml/core/doctor';
import { isJsonObject, messageOf } from '@nx-ml/core/kernel';
import type { JsonObject } from '@nx-ml/core/kernel';
import { parseJson } from '@nx/devkit';

/** nx.json as it stands, or why it cannot be read. */
export type NxJson = { readonly document: JsonObject } | { readonly unreadable: string };

export function readNxJson(root: string): NxJson {
  try {
    const document: unknown = parseJson(readFileSync(join(root, 'nx.json'), 'utf8'));
    return isJsonObject(document) ? { document } : { unreadable: 'it holds no object' };
  } catch (error) {
    return { unreadable: messageOf(error).split('\n')[0] ?? '' };
  }
}

export async function nxFacts(root: string, nxJson: NxJson): Promise<NxFacts> {
  const document = 'document' in nxJson ? nxJson.document : {};
  const plugins: unknown = document['plugins'];
  const entry = (Array.isArray(plugins) ? (plugins as unknown[]) : []).find(
    (each) => each === 'nx-ml' || (isJsonObject(each) && each['plugin'] === 'nx-ml'),
  );
  const options = isJsonObject(entry) ? entry['options'] : undefined;
  const id = isJsonObject(options) ? options['workspaceId'] : undefined;
  return {
    nx: installedVersion(root, 'nx'),
    devkit: installedVersion(root, '@nx/devkit'),
    isPlugAndPlay: existsSync(join(root, '.pnp.cjs')),
    unreadable: 'unreadable' in nxJson ? nxJson.unreadable : undefined,
    isPlugged: entry !== undefined,
    workspaceId: typeof id === 'string' ? id : undefined,
    node: await new LocalEnvironment().nodeVersion().catch(() => undefined),
  };
}

/** Version of a package as code of the workspace's root would find it; undefined where it would not. */
export function installedVersion(root: string, name: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    if (folder === dirname(folder)) return undefined;
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { NxJsonConfiguration } from '@nx/devkit';
import { isJsonObject } from '@nx-ml/core/kernel';

/** Options of the plugin's entry in nx.json. */
interface PluginOptions {
  /** Names this workspace among all that share a store. `nx g nx-ml:init` writes one. */
  readonly workspaceId?: string;
}

/**
 * What keeps this workspace's journals apart from those of unrelated ones: the id that nx.json gives, the same in every
 * clone; else the name of the package at the root.
 */
export function workspaceId(root: string, nxJson: NxJsonConfiguration): string {
  return pluginOptions(nxJson)?.workspaceId ?? packageName(root) ?? 'unnamed';
}

function pluginOptions(nxJson: NxJsonConfiguration): PluginOptions | undefined {
  for (const entry of nxJson.plugins ?? [])
    if (typeof entry !== 'string' && entry.plugin === 'nx-ml')
      return entry.options as PluginOptions | undefined;
  return undefined;
}

function packageName(root: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const name = isJsonObject(manifest) ? manifest['name'] : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined; // A workspace need not have one.
  }
}

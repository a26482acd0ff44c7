import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { NxJsonConfiguration } from '@nx/devkit';

/** Options of the plugin's entry in nx.json. */
export interface PluginOptions {
  /** Names this workspace among all that share a store. `nx g nx-ml:init` writes one. */
  readonly workspaceId?: string;
  /** Address of the remote. NX_ML_REMOTE wins. */
  readonly remote?: string;
  /** At what size the store on this machine is held where there is a remote, `20GB`. NX_ML_STORE_MAX wins. */
  readonly storeMax?: string;
  /** What an hour costs, for reports: `{ "hour": 0.1, "gpu": 2.5, "currency": "EUR" }`. Read by parsePrices. */
  readonly prices?: unknown;
}

export function pluginOptions(nxJson: Pick<NxJsonConfiguration, 'plugins'>): PluginOptions | undefined {
  for (const entry of nxJson.plugins ?? [])
    if (typeof entry !== 'string' && entry.plugin === 'nx-ml')
      return entry.options as PluginOptions | undefined;
  return undefined;
}

/** For whoever does without Nx's graph. */
export async function readNxJson(root: string): Promise<NxJsonConfiguration> {
  const text = readFileSync(join(root, 'nx.json'), 'utf8');
  try {
    return JSON.parse(text) as NxJsonConfiguration;
  } catch {
    // Most have no comments, and then the devkit, which is slow to load, can stay where it is.
    const { parseJson } = await import('@nx/devkit');
    return parseJson<NxJsonConfiguration>(text);
  }
}

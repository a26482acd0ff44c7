import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { NxJsonConfiguration } from '@nx/devkit';
import { isJsonObject } from '@nx-ml/core/kernel';

import { pluginOptions } from '../plugin-options.js';

/**
 * What keeps this workspace's journals apart from those of unrelated ones: the id that nx.json gives, the same in every
 * clone; else the name of the package at the root.
 */
export function workspaceId(root: string, nxJson: NxJsonConfiguration): string {
  return pluginOptions(nxJson)?.workspaceId ?? packageName(root) ?? 'unnamed';
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

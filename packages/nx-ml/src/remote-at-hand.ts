import type { NxJsonConfiguration } from '@nx/devkit';

import { pluginOptions } from './plugin-options.js';

type Variables = Readonly<Record<string, string | undefined>>;

/** The remote of a workspace: NX_ML_REMOTE, which wins, also when it is empty; else the plugin's option. */
export function remoteAddress(
  nxJson: Pick<NxJsonConfiguration, 'plugins'>,
  variables: Variables,
): string | undefined {
  const address = variables['NX_ML_REMOTE'] ?? pluginOptions(nxJson)?.remote;
  return address === '' ? undefined : address;
}

export function isOffline(variables: Variables): boolean {
  return !['', '0', undefined].includes(variables['NX_ML_OFFLINE']);
}

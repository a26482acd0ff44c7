import type { NxJsonConfiguration } from '@nx/devkit';
import { MlError } from '@nx-ml/core/kernel';
import { bytesRule, parseBytes } from '@nx-ml/core/manifest';

import { pluginOptions } from './plugin-options.js';

/**
 * At what size the store on this machine is held: NX_ML_STORE_MAX, which wins, also when it is empty; else `storeMax` of the
 * plugin in nx.json.
 *
 * @returns bytes; undefined: there is no bound.
 * @throws MlError ERR_ML_USAGE
 */
export function storeLimit(
  nxJson: Pick<NxJsonConfiguration, 'plugins'>,
  variables: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const given = variables['NX_ML_STORE_MAX'];
  // nx.json is not parsed by a schema, so that anything may stand there.
  const text: unknown = given ?? pluginOptions(nxJson)?.storeMax;
  if (text === undefined || text === '') return undefined;
  const bytes = typeof text === 'string' ? parseBytes(text) : undefined;
  if (bytes !== undefined) return bytes;
  const where = given === undefined ? '"storeMax" of the plugin nx-ml in nx.json' : 'NX_ML_STORE_MAX';
  throw new MlError('ERR_ML_USAGE', {
    message: `${where} is ${JSON.stringify(text).slice(0, 40)}`,
    fix: `Give it ${bytesRule}.`,
  });
}

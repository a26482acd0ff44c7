import { champion } from '../../registry/index.js';
import type { Registry } from '../registry/registry.js';
import type { Champions } from './ports.js';

/**
 * The champions of the registry. A cache server takes entries of it from the scope `protected` alone, and a store of one's own has no
 * scopes, so that there is none to tell.
 */
export function championsIn(registry: Pick<Registry, 'state'>): Champions {
  return {
    of: async (model) => {
      const { aliases, versions } = await registry.state(model);
      const found = versions.find(({ version }) => version === aliases.get(champion));
      return found && { version: found.version, bundle: found.bundle, manifest: found.manifest };
    },
  };
}

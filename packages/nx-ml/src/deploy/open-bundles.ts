import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { verifyBundle } from '@nx-ml/core/adapters/bundle-fs';
import { parseTrustedKey } from '@nx-ml/core/bundle';
import { MlError } from '@nx-ml/core/kernel';
import type { ObjectStore } from '@nx-ml/core/store';
import type { ReleaseBundles } from '@nx-ml/core/usecases/deploy';

import { freshFolder } from './fresh-folder.js';

/** Public keys, one a word: a bundle must be signed by one of them. */
const trustedKeysVariable = 'NX_ML_TRUSTED_KEYS';

/** Brings the bundles of a release from the store into folders of the workspace's state, each verified whole. */
export function storedBundles(
  root: string,
  objects: Pick<ObjectStore, 'materialise'>,
  variables: NodeJS.ProcessEnv,
): ReleaseBundles {
  const words = (variables[trustedKeysVariable] ?? '').split(/[\s,]+/);
  const trustedKeys = words.filter((word) => word !== '').map(parseTrustedKey);
  return {
    open: async ({ models }, bundles, signal) => {
      const base = freshFolder(join(root, '.nx-ml'), 'deploy-');
      const close = (): Promise<void> => {
        rmSync(base, { recursive: true, force: true });
        return Promise.resolve();
      };
      try {
        const folders: Record<string, string> = {};
        for (const [name, expected] of Object.entries(models)) {
          const folder = (folders[name] = join(base, encodeURIComponent(name)));
          const ref = bundles[name];
          if (ref === undefined) throw noBundle(name);
          await objects.materialise(ref, folder, { signal });
          await verifyBundle(folder, { trustedKeys, expected });
        }
        return { folders, close };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

function noBundle(name: string): MlError {
  return new MlError('ERR_ML_DEPLOY_REFUSED', {
    message: `Nobody knows where the bundle of ${name} lies`,
    fix: 'Deploy the release again from its models.',
  });
}

import type { RemoteContext } from '@nx-ml/core/adapters/foreign-fs';

import { isOffline } from './remote-at-hand.js';

/** What remotes of other tools are read with. The code for buckets is loaded when one is asked. */
export function foreignRemotes(variables: Readonly<Record<string, string | undefined>>): RemoteContext {
  return {
    offline: isOffline(variables),
    openBucket: async (address) => {
      const { openS3Blobs } = await import('@nx-ml/core/adapters/remote-s3');
      return openS3Blobs(address);
    },
  };
}

import { describeBlobs } from '@nx-ml/core/remote/testing';

import { openStoreRig } from './testing/store-rig.js';

// To a pull request: what it sees is made of two scopes, and the protected one's is simpler.
describeBlobs('HttpBlobs', async () => {
  const rig = await openStoreRig();
  return { blobs: rig.client('pr-7'), again: rig.client('pr-7'), close: () => rig.close() };
});

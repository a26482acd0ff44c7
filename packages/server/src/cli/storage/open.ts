import type { ServedBlobs } from '@nx-ml/core/remote';

import { openStateFolder } from '../../access/state/index.js';
import type { StateFolder } from '../../access/state/index.js';
import { openStorage } from '../../storage/index.js';
import type { Options } from '../options.js';

export interface OpenedStorage {
  readonly blobs: ServedBlobs;
  readonly state: StateFolder;
}

/** What --storage and --state, or their variables, name. @throws MlError ERR_ML_USAGE, or as the storage */
export async function openNamedStorage(options: Options): Promise<OpenedStorage> {
  const storage = options.storage();
  const state = openStateFolder(options.state());
  return { blobs: await openStorage(storage, state), state };
}

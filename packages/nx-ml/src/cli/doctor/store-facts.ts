import { statSync } from 'node:fs';

import { inspectFolderStore } from '@nx-ml/core/adapters/store-fs';
import type { StoreFacts } from '@nx-ml/core/doctor';

import { storeFolder } from '../../store-folder.js';
import { systemClock } from '../../system-clock.js';

export async function storeFacts(
  root: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<StoreFacts> {
  const folder = storeFolder(variables);
  const { device, ...inspection } = await inspectFolderStore(folder, systemClock.now());
  return {
    folder,
    chosenBy: variables['NX_ML_STORE'] === undefined ? 'nx-ml' : 'NX_ML_STORE',
    ...inspection,
    isBesideWorkspace: device === undefined ? undefined : device === statSync(root).dev,
  };
}

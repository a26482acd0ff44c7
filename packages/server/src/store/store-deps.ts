import type { Clock } from '@nx-ml/core/kernel';
import type { ServedBlobs } from '@nx-ml/core/remote';

import type { StoreRoom } from './room/index.js';
import type { StoreObserver } from './store-observer.js';
import type { UploadLimits } from './uploads/upload-files.js';

export interface StoreLimits {
  /** Bytes of the largest blob that is taken. */
  readonly largest: number;
  readonly uploads: UploadLimits;
}

export interface StoreDeps {
  /** The server's storage; the store has what lies below `store/`. */
  readonly blobs: ServedBlobs;
  /** Folder of this server alone where uploads wait for their end. */
  readonly uploads: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Keeps its quotas; without it there are none. Started and stopped with the server. */
  readonly room?: StoreRoom;
  readonly observer?: StoreObserver;
  readonly limits?: Partial<StoreLimits>;
}

import type { Clock } from '@nx-ml/core/kernel';
import type { Blobs } from '@nx-ml/core/remote';

import type { Authenticator } from '../access/access.js';
import type { Pace } from './uploads/paced.js';
import type { UploadLimits } from './uploads/upload-files.js';

export interface StoreLimits {
  /** Bytes of the largest blob that is taken. */
  readonly largest: number;
  readonly pace: Pace;
  readonly uploads: UploadLimits;
}

export interface StoreDeps {
  readonly authenticator: Authenticator;
  /** The server's storage; the store has what lies below `store/`. */
  readonly storage: Blobs;
  /** Folder of this server alone where uploads wait for their end. */
  readonly uploads: string;
  readonly clock: Clock;
  readonly limits?: Partial<StoreLimits>;
}

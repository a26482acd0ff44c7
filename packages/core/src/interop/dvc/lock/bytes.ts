import type { HashedData } from '../hashed-data.js';

/** What lies at a path beside what DVC recorded of it; `unknown`: something lies there and was not compared. */
export type ByteState = 'same' | 'other' | 'absent' | 'unknown';

/** The bytes of a workspace and of its DVC caches. Asked synchronously; what cannot be read is unknown and throws nothing. */
export interface DvcBytes {
  stateOf(data: HashedData): ByteState;
  /**
   * Can the bytes be taken from the workspace or from the DVC cache?
   *
   * @param file the .dvc file or dvc.lock that names them: the .dvc folder above it tells which cache.
   */
  canBring(data: HashedData, file: string): boolean;
}

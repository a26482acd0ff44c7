import type { Digest } from '../kernel/index.js';
import type { BlobSource } from '../remote/index.js';

/** A large object of the local store, as a file. */
export interface LargeFile {
  readonly digest: Digest;
  /** Absolute. For reading alone. */
  readonly path: string;
  /**
   * Its bytes, not verified: whoever takes some of them looks whether they are right. ERR_ML_SOURCE_CHANGED when it is no
   * longer the file that was found, so what was verified in between stays so.
   */
  readonly bytes: BlobSource;
}

/** The large objects of the local store. */
export interface LargeFiles {
  /** @returns undefined when it is not here */
  find(digest: Digest): Promise<LargeFile | undefined>;

  /** Those of so many bytes, the latest first. */
  latest(sizes: { readonly least: number; readonly most: number }): Promise<readonly LargeFile[]>;
}

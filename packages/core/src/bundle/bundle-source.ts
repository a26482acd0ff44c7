import type { Digest } from '../kernel/index.js';

/** A file below a bundle's folder. */
export interface SourceFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * The bytes of a bundle, wherever they lie. They may be hostile, and whoever verifies reads each of them; links, devices and anything else
 * that is no regular file is refused by the adapter.
 *
 * @throws MlError ERR_ML_BUNDLE_DAMAGED where a file is not there, ERR_ML_BUNDLE_PATH for what is no regular file
 */
export interface BundleSource {
  /** All files; refused where there are more than `limit`. */
  list(limit: number): Promise<readonly SourceFile[]>;
  /** The bytes of a small file; refused where it has more than `limit`. */
  read(path: string, limit: number): Promise<Buffer>;
  /** The sha256 and the size of a file of any size. */
  measure(path: string): Promise<{ readonly digest: Digest; readonly size: number }>;
}

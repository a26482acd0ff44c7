import { verifySource } from '../../bundle/index.js';
import type { VerifiedBundle, VerifyOptions } from '../../bundle/index.js';
import { FolderSource } from './folder-source.js';
import { SharedSource } from './shared-source.js';
import type { SharedBundle } from './shared-source.js';

/**
 * Reads all of the bundle in a folder and believes none of it before it was found right.
 *
 * @param folder absolute
 * @throws MlError as verifySource
 */
export function verifyBundle(folder: string, options: VerifyOptions): Promise<VerifiedBundle> {
  return verifySource(new FolderSource(folder), options);
}

/** As verifyBundle, for a bundle whose blobs lie among those of others. */
export function verifySharedBundle(bundle: SharedBundle, options: VerifyOptions): Promise<VerifiedBundle> {
  return verifySource(new SharedSource(bundle), options);
}

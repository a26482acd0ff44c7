/** Bundles in folders: verified, and laid out by the paths of their files. */
export type { SharedBundle } from './shared-source.js';
export { readSigningKey } from './read-signing-key.js';
export { unpackBundle } from './unpack-bundle.js';
export type { UnpackOptions } from './unpack-bundle.js';
export { verifyBundle, verifySharedBundle } from './verify-bundle.js';

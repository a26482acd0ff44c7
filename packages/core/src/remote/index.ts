/**
 * What a remote is made of: the port to its bytes, the packs and journals that are kept in it, and what of it is where.
 * docs/design/remotes.md tells its bytes and its promises.
 */
export * from './address.js';
export * from './blob-name.js';
export * from './blob-source.js';
export * from './blobs.js';
export * from './each-of.js';
export * from './large-objects.js';
export * from './layout.js';
export * from './listing.js';
export type { PackPlace } from './pack-catalogue.js';
export * from './pack-index.js';
export * from './pack-plan.js';
export * from './range-plan.js';
export * from './remote-journal.js';
export * from './remote-packs.js';
export * from './remote-users.js';
export * from './remote.js';
export * from './served-blobs.js';
export * from './transfer.js';

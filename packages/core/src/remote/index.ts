/** What a remote is made of. docs/design/remotes.md tells its bytes and its promises. */
export * from './address.js';
export * from './blob-name.js';
export * from './blob-source.js';
export * from './blobs.js';
export * from './transfer.js';

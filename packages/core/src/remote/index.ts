/** What a remote is made of. docs/design/remotes.md tells its bytes and its promises. */
export * from './blobs.js';
export * from './address.js';

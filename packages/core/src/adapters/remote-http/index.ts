/**
 * A remote at a server of ours, nx-ml-server: requests over HTTP with a token or a session. docs/design/cache.md tells them, docs/adr/0029 why they are
 * as they are. Every request is tried again while that may help, a broken download goes on where it broke, and so does an upload of
 * what is named by its hash.
 */
export { askingJson } from './ask-json.js';
export { openHttpBlobs } from './open-blobs.js';
export type { HttpBlobsOptions } from './open-blobs.js';

/**
 * A remote in a shared folder (NFS, a mounted disk): one file a blob, written aside and renamed, created by link.
 * docs/design/remotes.md tells what lies where.
 */
export { FolderBlobs } from './folder-blobs.js';
export type { FolderCalls } from './folder-calls.js';

/**
 * The store over a folder of a file system: the embedded default, and what a shared folder uses. Written for the
 * day on which the power goes, the disk fills or a bit turns; docs/design/store.md tells what lies where and why.
 */
export { nodeFileCalls } from './file-calls.js';
export type { FileCalls } from './file-calls.js';
export { openIndexCache } from './index-cache.js';
export { inspectFolderStore } from './inspect.js';
export type { StoreInspection } from './inspect.js';
export { openLargeFiles } from './large-files.js';
export { openFolderStore } from './open.js';
export type { FolderStore, FolderStoreOptions } from './open.js';
export { unlockFiles } from './unlock.js';
export { writeFileAtomic } from './write-file-atomic.js';

/**
 * The workspace's files on a real file system: what git sees, and the digests of it.
 */
export { writeDerivedFile } from './derived-files.js';
export { copiesIn } from './find-copy.js';
export { sweepRuns } from './run-leftovers.js';
export { WorkspaceFiles } from './workspace-files.js';
export type { FileView } from './workspace-files.js';
export { WorkspaceSnapshot } from './workspace-snapshot.js';

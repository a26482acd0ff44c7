/**
 * `nx-ml-dvc`: what stands before and behind the commands of an imported DVC stage, so that they run as they are written.
 * A stage runs in a folder of its own that holds what its run key holds: the files under `code:`, the inputs at the paths
 * where DVC has them, and a params file. Nothing else of the workspace is there.
 */
export { runDvc } from './run-dvc.js';
export { WorkspaceBytes } from './workspace-bytes.js';

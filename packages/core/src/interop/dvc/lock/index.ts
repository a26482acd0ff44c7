/**
 * dvc.lock beside the workspace: which stages DVC would run as well, which outputs lie there as it left them, and which data
 * must be brought first. It is told at an import and decides nothing, so that nothing in it can fail one.
 */
export type { ByteState, DvcBytes } from './bytes.js';
export { checkLocks } from './check.js';
export type { LockCheck, MissingData, StageCheck } from './check.js';
export type { LockDifference } from './differences.js';

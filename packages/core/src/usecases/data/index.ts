/**
 * What changed: the data of a workspace beside its pointers, two versions of it, and the commits in between. A folder of its
 * own, for an answer here is over before all other use cases are loaded.
 */
export type { DataChange } from './content-changes.js';
export * from './data-diff.js';
export * from './data-log.js';
export { dataStatus } from './data-status.js';
export type { DataStatus } from './data-status.js';
export { pointedSide, seenSide } from './sides.js';
export type { DvcDeps } from './sides.js';
export type { PointedSide } from './data-side.js';
export { mergePointers } from './merge-pointers.js';
export type { PointerMerge } from './merge-pointers.js';

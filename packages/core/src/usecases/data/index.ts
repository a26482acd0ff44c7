/**
 * Data behind pointers: how it is added, what changed beside its pointer, between two versions of it and in the commits in
 * between.
 */
export { addData } from './add-data.js';
export type { AddedData } from './add-data.js';
export type { DataChange } from './content-changes.js';
export * from './data-diff.js';
export * from './data-log.js';
export { dataStatus } from './data-status.js';
export type { DataStatus } from './data-status.js';
export { pointedSide, seenSide } from './sides.js';
export type { DvcDeps } from './sides-deps.js';
export type { PointedSide } from './data-side.js';
export { mergePointers } from './merge-pointers.js';
export type { PointerMerge } from './merge-pointers.js';

/**
 * Data under version control, as far as it is pure: what lies in a workspace as a port, how tables differ row by row, and how
 * two changes of one folder become one.
 */
export * from './workspace-data.js';
export { hasRows, rowChanges, rowCount } from './row-changes.js';
export type { RowCounts } from './table.js';
export * from './tree-merge.js';
export type { DataRef } from './data-ref.js';
export * from './pointer-history.js';
export { isInScope } from './pointer-scope.js';
export {
  dataPathOf,
  isOwnPointer,
  isPointerPath,
  longestPointer,
  plainPointer,
  readPointer,
} from './pointer-text.js';

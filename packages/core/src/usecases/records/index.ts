/** What is known of runs that ended: their documents and journals in the store, their history in the workspace, their logs. */
export * from './list-runs.js';
export { readLog } from './read-log.js';
export { RunHistory } from './run-history.js';
export { RunStore } from './run-store.js';
export type { Stores } from './run-store.js';

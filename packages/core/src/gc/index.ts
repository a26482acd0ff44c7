/**
 * Garbage collection of a store: what is a root and what it keeps, which runs are kept, and which objects go when.
 * Pure; docs/design/gc.md tells the whole of it and its promises.
 */
export * from './keep-foreign.js';
export * from './keep-runs.js';
export * from './marks.js';
export * from './plan-sweep.js';
export * from './pointed-digests.js';
export * from './ports.js';
export * from './reachable.js';
export * from './remote-sweep.js';

/** The store as a whole: what is kept and why, what it takes, whether it is whole, and what may go. */
export * from './collect-garbage.js';
export type { KnownRun } from './gc-journals.js';
export type { KeptBy } from './gc-roots.js';
export * from './space-used.js';
export * from './verify-store.js';

/** Objects on their way between the store, a remote and the workspace: push, pull, checkout. */
export * from './checkout.js';
export * from './dvc-items.js';
export * from './evict.js';
export { pullObjects } from './pull-objects.js';
export type { Pulled } from './pull-objects.js';
export * from './pull-refs.js';
export * from './read-through-journal.js';
export * from './read-through-store.js';
export * from './remote-access.js';
export * from './scratch-stores.js';
export { applyPush, planPush } from './push-objects.js';
export type { PushOptions, PushPlan } from './push-objects.js';
export { applyPushResults, planPushResults } from './push-results.js';
export type { TransferDeps, TransferProgress } from './transfer-deps.js';

/**
 * Objects on their way between the store, a remote and the workspace: push, pull, checkout. A folder of its own, for a command
 * here is over before all other use cases are loaded.
 */
export * from './checkout.js';
export { pullObjects } from './pull-objects.js';
export type { Pulled } from './pull-objects.js';
export * from './pull-refs.js';
export { applyPush, planPush } from './push-objects.js';
export type { PushOptions, PushPlan } from './push-objects.js';
export type { TransferDeps, TransferProgress } from './transfer-deps.js';

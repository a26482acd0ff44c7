/** Which version of a model is which, and since which commit a workspace went away from what was accepted. */
export { acceptedBase } from './accepted-base.js';
export type { AcceptedBase, AcceptedBaseDeps, BaseCommits, ModelStanding } from './accepted-base.js';
export { Registry } from './registry.js';

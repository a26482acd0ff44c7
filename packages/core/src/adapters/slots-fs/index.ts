/**
 * GPUs and memory of this machine, shared by all nx-ml processes of one user through lease files in one folder.
 * A lease lives as long as the process that its name tells: no wall clock, no heart-beat, nothing to clean up by hand.
 */
export * from './capacity.js';
export { openClaims } from './claims.js';
export * from './process-mark.js';
export * from './slots.js';
export { defaultSlotsFolder } from './slots-folder.js';

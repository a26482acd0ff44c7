/**
 * May this candidate replace the baseline? The level that each step on a test set gets, and the decision at that level.
 */
export * from './alpha-per-step.js';
export * from './decide-binary.js';

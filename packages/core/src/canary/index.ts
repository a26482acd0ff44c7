/**
 * Whether a release is worse on real traffic than the one before it, at any number of looks, and what to do about it. Pure: counts in,
 * decisions out. docs/adr/0036.
 */
export * from './decide.js';
export * from './evidence.js';
export * from './guardrail.js';
export * from './needs.js';
export * from './tally.js';

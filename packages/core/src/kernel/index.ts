/**
 * What everything else stands on: errors, digests, canonical JSON, safe paths, the clock, chance. Imports nothing of ours.
 */
export * from './clock.js';
export * from './digest.js';
export * from './error-codes.js';
export * from './errors.js';
export * from './json.js';
export * from './paths.js';
export * from './rng.js';
export * from './shortened.js';

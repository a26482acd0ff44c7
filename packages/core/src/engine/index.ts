/**
 * The engine port: one command, somewhere, watched to its end.
 */
export * from './claims.js';
export * from './engine.js';
export * from './slots.js';

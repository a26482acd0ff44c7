/**
 * Texts for people: how steps end, errors, live progress.
 */
export * from './live-progress.js';
export * from './step-text.js';

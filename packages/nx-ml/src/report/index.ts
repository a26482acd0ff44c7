/**
 * Texts for people: how steps end, errors, live progress, explanations, plans and tables.
 */
export * from './columns.js';
export * from './live-progress.js';
export * from './quantities.js';
export * from './step-text.js';
export * from './why-json.js';
export * from './why-text.js';

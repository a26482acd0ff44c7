/**
 * Texts for people: how steps end, errors, live progress, explanations, plans and tables.
 */
export * from './columns.js';
export { gcJson } from './gc-json.js';
export * from './gc-text.js';
export * from './live-progress.js';
export { planJson } from './plan-summary.js';
export * from './plan-text.js';
export * from './progress.js';
export * from './quantities.js';
export { remoteAnswer } from './remote-text.js';
export * from './runs-diff-text.js';
export * from './runs-export.js';
export { runsTable, sortRuns } from './runs-table.js';
export * from './step-text.js';
export * from './why-json.js';
export * from './why-text.js';
export { spaceJson, spaceText } from './space-text.js';
export * from './store-status-text.js';
export { copyPlaces, verifyJson, verifyText } from './verify-text.js';

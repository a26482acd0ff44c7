/** Why a step would run, and how two runs differ. */
export * from './compare-runs.js';
export * from './explain-steps.js';
export type { FileOrigin } from './file-origins.js';

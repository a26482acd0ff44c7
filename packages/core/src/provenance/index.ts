/**
 * Provenance: what a run's result depends on, and the key made of it. docs/design/run-key.md is the specification.
 */
export * from './code-selection.js';
export * from './command.js';
export * from './difference.js';
export * from './file-kinds.js';
export * from './key-file.js';
export * from './package-manifest.js';
export * from './run-key.js';
export * from './written-params.js';

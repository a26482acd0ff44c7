/**
 * Data that another tool keeps under a name of its own: what such names are, what is remembered of them, and the port to
 * where the bytes lie. docs/design/interop.md tells how a foreign name becomes a sha256.
 */
export * from './data-sums.js';
export * from './dvc-cache.js';
export * from './foreign-data.js';
export * from './foreign-memory.js';
export * from './foreign-ref.js';

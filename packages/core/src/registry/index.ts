/** Which version of a model is which: versions and aliases such as `champion`, in an append-only journal. docs/design/registry.md. Pure. */
export * from './catalogue.js';
export * from './registry-entry.js';
export * from './registry-state.js';
export * from './plan-alias.js';
export * from './plan-promotion.js';
export * from './plan-publication.js';
export * from './plan-rollback.js';

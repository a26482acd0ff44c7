/**
 * What the cache server, the proxy in front of Nx and the object store over HTTP agree on: who may read whose entries, and
 * what a signed entry says. docs/design/cache.md
 */
export * from './entry-seal.js';
export * from './entry-statement.js';
export * from './scope.js';

/**
 * What the proxy between Nx and the cache server decides: what an answer means, when to ask again and when to stop asking, whose an
 * entry in the queue is, and which archive Nx can be given. docs/design/cache.md
 */
export * from './answer-meaning.js';
export * from './archive/index.js';
export * from './circuit-breaker.js';
export * from './proxy-tally.js';
export * from './queued-entry.js';
export * from './retry-delay.js';
export * from './token-life.js';
export * from './upstream-end.js';

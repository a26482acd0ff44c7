/** Entries of Nx: signed on their way in, believed on their way out only if they still are what was signed. docs/design/cache.md */
export { answerAtOnce } from './answer-at-once.js';
export type { AtOnce } from './answer-at-once.js';
export type { KeySource } from './believed-keys.js';
export { cacheRoutes } from './cache-routes.js';
export { CacheEntries } from './cache-entries.js';
export type { EntryObserver } from './entry-observer.js';

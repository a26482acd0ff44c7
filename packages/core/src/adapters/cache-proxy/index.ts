/**
 * Stands between Nx and a remote cache: Nx asks it on loopback and never hears of trouble; it asks the server, verifies what
 * comes, and keeps what cannot be sent. docs/design/cache.md
 */
export { patienceOf } from './patience.js';
export { startCacheProxy } from './start.js';
export type { CacheProxy } from './start.js';
export { openUpstream } from './upstream/ask.js';
export { askingOf } from './upstream/ask-json.js';

/** The place that a server serves, as docs/design/cache.md lays it out. */
export { openStorage } from './open-storage.js';

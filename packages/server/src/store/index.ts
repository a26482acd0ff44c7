/**
 * The object store over HTTP: what `NX_ML_REMOTE=https://…` speaks to. docs/design/cache.md tells the requests, and which scope
 * sees what; `space` makes of the scopes one remote for a token, `uploads` receives what is large, `routes` speaks HTTP.
 */
export * from './room/index.js';
export { storeRoutes } from './routes.js';
export type { StoreObserver } from './store-observer.js';
export type { StoreLimits } from './store-deps.js';

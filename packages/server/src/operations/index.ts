/** What whoever runs a server needs: log, metrics, health, the status page, quotas. None of it is on the way of a request. */
export { gathered } from './access-log.js';
export type { LogSink } from './access-log.js';
export { collectUses } from './collect-uses.js';
export { Housekeeper } from './housekeeper.js';
export { ServerMetrics } from './metrics.js';
export type { StoreMeter } from './metrics.js';
export { operationRoutes } from './operation-routes.js';
export type { PlacedUse, Quotas } from './plan-eviction.js';
export { planGc } from './plan-gc.js';
export type { GcRules } from './plan-gc.js';
export { StoreBoard } from './store-board.js';
export { StatusCounts, statusPage } from './status/index.js';
export { UseLog } from './use-log.js';
export { watching, watchRequests } from './watch-requests.js';

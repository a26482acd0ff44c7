/** What whoever runs a server needs: log, metrics, health, the status page, quotas. None of it is on the way of a request. */
export { gathered, logAccess } from './access-log.js';
export type { LogSink } from './access-log.js';
export { Housekeeper } from './housekeeper.js';
export { ServerMetrics } from './metrics.js';
export { operationRoutes } from './operation-routes.js';
export type { Quotas } from './plan-eviction.js';
export { statusPage } from './status-page.js';
export { StatusCounts } from './status-report.js';
export { UseLog } from './use-log.js';

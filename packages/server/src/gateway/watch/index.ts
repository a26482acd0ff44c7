/** What is told of the traffic: metrics, a line a request, and a sample of whole requests where that is asked for. */
export * from './gateway-metrics.js';
export * from './inference-line.js';
export * from './request-log.js';

/** The gateway: models served by the Open Inference Protocol, requests routed between two releases. docs/design/gateway.md. */
export type { GatewayControl, KeepState, ServiceState, UnpackedRelease } from './gateway-control.js';
export { hostOpener } from './host/index.js';
export { openGateway } from './open-gateway.js';
export type { OpenedGateway } from './open-gateway.js';
export { RequestLog } from './watch/index.js';

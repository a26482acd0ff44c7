/** The gateway: models served by the Open Inference Protocol, requests routed between two releases. docs/design/gateway.md. */
export type { KeepState, UnpackedRelease } from './gateway-control.js';
export { isRelease } from './release/index.js';
export { hostOpener } from './host/index.js';
export { openGateway } from './open-gateway.js';
export type { OpenedGateway } from './open-gateway.js';
export { RequestLog } from './watch/index.js';
export { openAdmin, restore } from './admin/index.js';
export { openGatewayFolder, openGatewayState, AdminToken } from './state/index.js';

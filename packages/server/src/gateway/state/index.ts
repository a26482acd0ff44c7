/** What a gateway keeps over a restart: bytes of bundles, releases, the route of each service, the admin token. docs/design/gateway.md, "On disk" */
export { AdminToken } from './admin-token.js';
export { KeptBlobs } from './kept-blobs.js';
export type { Indexes } from './kept-releases.js';
export { openGatewayFolder, openGatewayState } from './open-gateway-state.js';
export type { GatewayState } from './open-gateway-state.js';

/** Deploys to a gateway: bytes that it lacks, then the route, by its admin API. */
export type { GatewayAddress } from './admin-client.js';
export { GatewayTarget } from './gateway-target.js';

/** The gateway's listener for everybody: inference before Fastify, everything else by it. */
export { gatewayApp } from './gateway-app.js';

/** A service tried out on this machine: its models as they were packaged here, in a gateway that ends with the command. */
export { freePort } from './free-port.js';
export { gatewayProgram } from './gateway-program.js';
export { layOutRelease } from './lay-out-release.js';
export type { ReleaseFolder } from './lay-out-release.js';
export { runGateway } from './run-gateway.js';

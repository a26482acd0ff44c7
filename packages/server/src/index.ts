/**
 * @nx-ml/server: the services that run without Nx. Today the remote cache and object store; docs/design/cache.md.
 */
export type { Access, Authenticator } from './access/access.js';
export { Refusal } from './http/refusal.js';
export { buildServer } from './app/build-server.js';
export type { ServerDeps } from './app/build-server.js';
export { ServedCertificate } from './app/tls/index.js';

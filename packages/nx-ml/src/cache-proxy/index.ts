/** `nx-ml cache-proxy`: what was asked, who we are to the server, and what Nx is told. */
export { credentialsOf, hasCredentials } from './credentials-of.js';
export { nxVariables } from './nx-variables.js';
export { otherCaches } from './other-caches.js';
export { help, settingsOf } from './settings.js';
export type { ProxySettings } from './settings.js';

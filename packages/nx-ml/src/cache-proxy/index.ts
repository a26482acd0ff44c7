/** `nx-ml cache-proxy`: what was asked, and what Nx is told. */
export { nxVariables } from './nx-variables.js';
export { otherCaches } from './other-caches.js';
export { help, settingsOf } from './settings.js';
export type { ProxySettings } from './settings.js';

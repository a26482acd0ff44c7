/** What lies at a remote as a whole: whether it is what it promises. */
export type { RemoteDamage } from './remote-content.js';
export { verifyRemote } from './verify-remote.js';
export type { RemoteVerifyReport } from './verify-remote.js';

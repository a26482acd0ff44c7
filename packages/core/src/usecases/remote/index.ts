/** What lies at a remote as a whole: whether it is what it promises, and what of it something needs. */
export { planRemoteGarbage } from './plan-remote-garbage.js';
export type { RemoteGarbagePlan } from './plan-remote-garbage.js';
export type { RemoteDamage } from './remote-content.js';
export { verifyRemote } from './verify-remote.js';
export type { RemoteVerifyReport } from './verify-remote.js';

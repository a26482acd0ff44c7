/** For targets that are tested in another package: the gateway's needs a server, and core knows none. */
export { describeDeployTarget } from '../target.contract.js';
export type { StageableRelease, TargetRig } from './target-rig.js';

/** What a merge comes to behind the steps, foretold: promotions and deployments. Writes nothing and asks no target. */
export { planReleases } from './plan-releases.js';
export type { PlannedReleases } from './plan-releases.js';

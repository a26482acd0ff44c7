/** Which version of a model is which, and since which commit a workspace went away from what was accepted. */
export { acceptedBase } from './accepted-base.js';
export type { AcceptedBase, AcceptedBaseDeps, BaseCommits, ModelStanding } from './accepted-base.js';
export { rollBackChampion, setAlias } from './change-registry.js';
export type { AliasChange, ChampionBack, ChangeDeps } from './change-registry.js';
export { publishVersion } from './publish-version.js';
export type { Publication, PublishRequest } from './publish-version.js';
export { Registry } from './registry.js';

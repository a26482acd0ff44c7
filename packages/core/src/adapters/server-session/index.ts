/**
 * Who a job is towards a server of ours: a minted token, or a session that the server gives for an ID token of the CI system.
 * Everything that asks the server has it from here, so that one setting serves the cache and the store. docs/design/cache.md
 */
export { Denied, mintedCredentials } from './credentials.js';
export type { Credentials } from './credentials.js';
export { jobCredentials, saysWho } from './job-credentials.js';
export type { AskJson } from './small-question.js';

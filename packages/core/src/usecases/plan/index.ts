/** What a step is, of what data and environment, under which key, and what a run of the workspace would do. Writes nothing. */
export { currentResults } from './current-results.js';
export type { CurrentResult } from './current-results.js';
export { interpreterKinds } from './describe-environment.js';
export * from './forecast-steps.js';
export type { LostResult } from './lost-results.js';
export type { RemoteResult } from './remote-results.js';
export * from './plan-workspace.js';
export { StepResults } from './step-results.js';
export { readersOf } from './upstream.js';

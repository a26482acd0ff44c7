/**
 * The verbs: bring steps up to date, explain and plan them, list their runs, and what that takes. They speak to ports;
 * adapters are chosen by the shell.
 */
export { addData } from './add-data.js';
export type { AddedData } from './add-data.js';
export * from './collect-garbage.js';
export * from './compare-runs.js';
export { currentResults } from './current-results.js';
export type { CurrentResult } from './current-results.js';
export type { DataChange } from './data/content-changes.js';
export { interpreterKinds } from './describe-environment.js';
export * from './events.js';
export * from './explain-steps.js';
export type { FileOrigin } from './file-origins.js';
export * from './forecast-steps.js';
export type { KnownRun } from './gc-journals.js';
export type { GcRootsDeps, KeptBy } from './gc-roots.js';
export { pointedPath, workspaceDigest } from './given-pointer.js';
export { linkedProjects } from './linked-files.js';
export * from './list-runs.js';
export type { LostResult } from './lost-results.js';
export { planStep } from './plan-step.js';
export type { PlannedRun, StepPlan } from './plan-step.js';
export * from './plan-workspace.js';
export * from './ports.js';
export { applyPushResults, planPushResults } from './push-results.js';
export { pythonEnvironment } from './python-environment.js';
export { readLog } from './read-log.js';
export { RunHistory } from './run-history.js';
export * from './run-steps.js';
export { RunStore } from './run-store.js';
export type { Stores } from './run-store.js';
export * from './space-used.js';
export { specCode, stepClosures } from './step-closure.js';
export type { ReachedCode, StepCode } from './step-closure.js';
export { readersOf } from './upstream.js';
export * from './verify-store.js';

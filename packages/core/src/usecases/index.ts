/**
 * The verbs: bring steps up to date, and what that takes. They speak to ports; adapters are chosen by the shell.
 */
export { addData } from './add-data.js';
export type { AddedData } from './add-data.js';
export { interpreterKinds } from './describe-environment.js';
export { pointedPath, workspaceDigest } from './given-pointer.js';
export * from './events.js';
export * from './ports.js';
export { planStep } from './plan-step.js';
export type { PlannedRun, StepPlan } from './plan-step.js';
export { readLog } from './read-log.js';
export { RunStore } from './run-store.js';
export type { Stores } from './run-store.js';
export * from './run-steps.js';
export { stepClosures } from './step-closure.js';
export type { StepCode } from './step-closure.js';

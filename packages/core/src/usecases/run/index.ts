/** Brings steps up to date: takes turns, starts their programs, and publishes what they leave. */
export { pythonEnvironment } from './python-environment.js';
export * from './run-steps.js';
export type { MlTask, TaskOutcome } from './task-work.js';

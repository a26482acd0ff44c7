/**
 * A study: which trials there were, what they came to, and what is tried next. The journal is the study; all else follows from it. Pure.
 * docs/design/tune.md
 */
export * from './best-trial.js';
export { chooseTrial } from './choose-trial.js';
export type { TrialChoice } from './choose-trial.js';
export * from './next-trial.js';
export type { Objective } from './objective.js';
export * from './study-event.js';
export { StudyState } from './study-state.js';
export type { Trial } from './study-state.js';
export * from './study-view.js';
export * from './trial-params.js';

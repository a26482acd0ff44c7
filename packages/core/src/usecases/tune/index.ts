/** Studies: trials as ordinary runs, on one machine or many. */
export { planApply } from './apply-best.js';
export type { AppliedParams } from './apply-best.js';
export { bringGiven, openStudy } from './open-study.js';
export type { OpenStudy } from './open-study.js';
export type { EndOfStudy, StudyCounts, TuneEvent } from './tune-events.js';
export { tuneModel } from './tune-model.js';
export type { TuneDeps, TuneResult } from './tune-model.js';

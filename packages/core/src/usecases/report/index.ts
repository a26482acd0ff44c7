/** What there is to tell of the workspace's models beside what they were: docs/guides/report.md. */
export type { BaseAsked, BaseResult } from './base-result.js';
export { gatherReport } from './gather-report.js';
export type { GatherDeps } from './gather-report.js';
export type { ModelReport, ModelState, StepReport } from './model-report.js';

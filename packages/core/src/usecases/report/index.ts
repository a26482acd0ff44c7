/** What there is to tell of the workspace's models beside what they were: docs/guides/report.md. */
export type { BaseAsked } from './base-result.js';
export { gatherReport } from './gather-report.js';
export type { GatherDeps } from './gather-report.js';
export { mergeReports } from './merge-reports.js';
export type { MergedReport } from './merge-reports.js';
export type { ModelReport, StepReport, ToldBase } from './model-report.js';
export { postReport } from './post-report.js';
export type { PostedReport } from './post-report.js';
export { decodeReport, longestReport } from './report-document.js';
export type { ReportDocument } from './report-document.js';

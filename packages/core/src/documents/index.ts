/**
 * The documents that are kept: of a run (result, record, step manifest), of its project's history, and the pointers to data.
 * One definition each gives types and validation; they change by a new format version only. Pure: text and bytes in, values
 * out.
 */
export type { StepName } from './document-fields.js';
/** For documents whose layout is anybody's. */
export { parseDocument } from './codec.js';
/** Values that other stored documents hold too. */
export { digest, formatVersion1, metrics, objectRef, project, seed, shortText } from './document-fields.js';
export { decodeHistoryEntry, encodeHistoryEntry, revisionKeys } from './history-entry.js';
export type { FileCommit, HistoryEntry, Revision } from './history-entry.js';
export { readJson } from './json-reader.js';
export * from './metric-summary.js';
export { decodePayload } from './payload.js';
export * from './pointer.js';
export type { PointerSource } from './pointer-source.js';
export { positionAt } from './position-at.js';
export { prettyJson } from './pretty-json.js';
export { projectName } from './project-name.js';
export * from './run-record.js';
export * from './run-result.js';
export * from './step-manifest.js';

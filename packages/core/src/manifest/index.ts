/**
 * The documents that nx-ml reads and writes: ml.yaml, the run document that a command gets, what it leaves (metrics,
 * predictions), and what is stored of it (run result, run record, step manifest, data pointer). One definition each
 * gives types, validation and, for ml.yaml, the JSON schema of editors. Pure: text and bytes in, values out.
 */
export type { DatasetConfig, MlConfig, MlKind, ModelConfig, ServiceConfig } from './ml-config.js';
export { mlJsonSchema } from './ml-config.js';
export { decodeHistoryEntry, encodeHistoryEntry } from '../documents/history-entry.js';
export type { FileCommit, HistoryEntry, Revision } from '../documents/history-entry.js';
export * from '../documents/metric-summary.js';
export * from './metrics.js';
export { editDistance, nearestWord } from './nearest-word.js';
export { mergeParams, parseParamsFile } from './params.js';
export * from './parse-ml-yaml.js';
export * from '../documents/pointer.js';
export type { PointerSource } from '../documents/pointer-source.js';
export * from './predictions.js';
export { formatProblem, mlYamlError, positionAt } from './problem.js';
export type { Problem } from './problem.js';
export { bytesRule, parseBytes, parseDuration } from './quantities.js';
export { readJson } from '../documents/json-reader.js';
export * from './run-document.js';
export * from '../documents/run-record.js';
export * from '../documents/run-result.js';
export * from '../documents/step-manifest.js';
export * from './steps.js';
export { readYaml } from './read-yaml.js';

/**
 * What is read of a workspace and handed to a command: ml.yaml, the run document that a command gets, and what it leaves
 * (metrics, predictions). One definition each gives types, validation and, for ml.yaml, the JSON schema of editors.
 * Pure: text and bytes in, values out. What is kept of a run is in documents.
 */
export type { DatasetConfig, MlConfig, MlKind, ModelConfig, ServiceConfig } from './ml-config.js';
export { deploymentsOf, servedModels } from './deploy-policy.js';
export type { Deployment, ServedModels } from './deploy-policy.js';
export { evaluationOptionsOf } from './evaluation-options.js';
export { gatePolicyOf } from './gate-policy.js';
export { mlJsonSchema } from './ml-config.js';
export * from './metrics.js';
export { filesOfPackage, packageSpecOf } from './package-spec.js';
export type { CardTexts, PackageSpec } from './package-spec.js';
export { editDistance, nearestWord } from './nearest-word.js';
export { mergeParams, parseParamsFile } from './params.js';
export * from './parse-ml-yaml.js';
export { formatProblem, mlYamlError } from './problem.js';
export type { Problem } from './problem.js';
export { bytesRule, parseBytes, parseDuration } from './quantities.js';
export * from './run-document.js';
export * from './steps.js';
export { tunePolicyOf } from './tune-policy.js';
export type { TunePolicy } from './tune-policy.js';
export { readYaml } from './read-yaml.js';

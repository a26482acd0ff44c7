/**
 * Model registries that speak MLflow's REST API: MLflow itself, and GitLab, which has a part of it. Tokens go nowhere but into a header
 * of these requests; what is answered is bounded, and parsed before it is believed. docs/adr/0038
 */
export { mlflowAddress } from './address.js';
export type { MlflowAddress } from './address.js';
export { openMlflow } from './open-mlflow.js';
export type { MlflowOptions } from './open-mlflow.js';

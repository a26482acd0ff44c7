/**
 * `nx g nx-ml:import-dvc`: turns the stages of a DVC project into ml.yaml projects. The plan is made in core
 * (interop/dvc); here the workspace is read, the plan is written, and what happened is told.
 */
export { default as importDvcGenerator } from './generator.js';
export { importDvcSchema } from './options.js';

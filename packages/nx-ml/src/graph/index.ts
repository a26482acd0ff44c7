/**
 * What Nx sees of a workspace: projects and targets from ml.yaml files, edges from what they name and what their code
 * imports.
 */
export { createDependencies } from './create-dependencies.js';
export { createNodes } from './create-nodes.js';

/**
 * nx-ml: the Nx plugin. Nx loads this module for inference; everything that runs steps is loaded by the executors.
 */
export { createDependencies, createNodes } from './graph/index.js';
export { postTasksExecution } from './savings/after-tasks.js';

/** The name by which Nx tells this plugin's work apart. */
export const name = 'nx-ml';

/** What code steps and specs are of. For who draws Nx's graph, and asks neither for results nor for data; `plan` has the rest. */
export { linkedProjects } from '../plan/linked-files.js';
export { specCode, stepClosures } from '../plan/step-closure.js';
export type { ReachedCode, StepCode } from '../plan/step-closure.js';

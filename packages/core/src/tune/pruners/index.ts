/** Which trials are not worth their end: pure functions of what trials told on their way. */
export * from './halving.js';
export * from './median.js';
export { courseOf } from './pruner.js';
export type { Course, Pruner, Reading } from './pruner.js';

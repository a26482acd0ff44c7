/** What is tried next: pure functions of a seed, a trial's number and the history. */
export * from './grid.js';
export * from './random.js';
export type { Direction, Sampler, Trial } from './sampler.js';
export * from './sobol.js';
export * from './tpe.js';

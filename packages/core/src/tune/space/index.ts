/** What a study searches: read, compared, encoded for samplers, and laid out as a grid. */
export * from './dimension.js';
export * from './grid.js';
export * from './membership.js';
export * from './parameter.js';
export * from './point.js';
export type { SpaceProblem } from './problem.js';
export * from './read-space.js';

/** Intervals by drawing the examples again. */
export * from './bca.js';
export { bcaAcceleration, bcaAdjustedLevels } from './levels.js';

/**
 * Claims about a training method, not about one model: two sets of runs that differ by seed alone, or the folds of a
 * cross-validation, paired and judged. Pure. docs/guides/compare.md
 */
export * from './compare-folds.js';
export * from './compare-methods.js';
export * from './compare-seeds.js';
export * from './more-seeds.js';
export type { MeasuredSeed, SeedPairs, Side } from './pair-seeds.js';

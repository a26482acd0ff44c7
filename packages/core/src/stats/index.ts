/**
 * Statistics: tests, intervals, corrections, sample sizes. Pure functions, numbers in and numbers out; chance is an Rng
 * that is passed in. What a method is not defined for is refused with ERR_ML_STATISTICS_INVALID; what it cannot tell,
 * for want of any spread, is marked `degenerate`, with a p of 1, which passes nothing. docs/adr/0025-statistics.md
 */
export * from './anytime/index.js';
export * from './bootstrap/index.js';
export * from './cross-validation.js';
export * from './delong.js';
export * from './drift.js';
export * from './easeml.js';
export * from './eprocess.js';
export * from './hypergeometric.js';
export * from './ks.js';
export * from './ladder.js';
export * from './mann-whitney.js';
export * from './mcnemar.js';
export * from './mcnemar-power.js';
export * from './multiplicity.js';
export * from './non-inferiority-mean.js';
export * from './paired-t.js';
export * from './permutation/index.js';
export * from './prob-outperform.js';
export * from './proportion-intervals.js';
export * from './tango.js';
export * from './wilcoxon-signed-rank.js';

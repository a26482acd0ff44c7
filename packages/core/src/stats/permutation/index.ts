/** Paired differences whose signs could as well have been the other ones. */
export * from './monte-carlo.js';
export * from './paired-permutation.js';
export type { PairedDifferences } from './units.js';

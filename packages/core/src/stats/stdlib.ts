/**
 * What the distributions take of @stdlib, and the only way to it: what is published holds these functions in this file,
 * so that nobody installs the 235 packages in which they come (`tools/pack/core.mjs`, docs/adr/0025-statistics.md).
 * They check nothing: `distributions.ts` does.
 */
export { default as betainc } from '@stdlib/math-base-special-betainc';
export { default as betaln } from '@stdlib/math-base-special-betaln';
export { default as erfcinv } from '@stdlib/math-base-special-erfcinv';
export { default as betaCdf } from '@stdlib/stats-base-dists-beta-cdf';
export { default as betaQuantile } from '@stdlib/stats-base-dists-beta-quantile';
export { default as binomialCdf } from '@stdlib/stats-base-dists-binomial-cdf';
export { default as binomialQuantile } from '@stdlib/stats-base-dists-binomial-quantile';
export { default as normalCdf } from '@stdlib/stats-base-dists-normal-cdf';
export { default as studentCdf } from '@stdlib/stats-base-dists-t-cdf';
export { default as studentQuantile } from '@stdlib/stats-base-dists-t-quantile';

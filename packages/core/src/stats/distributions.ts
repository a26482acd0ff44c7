/**
 * The distributions, and the only way to @stdlib: what is published holds them in this file, so that nobody installs its 240
 * packages (`tools/pack/core.mjs`, docs/adr/0025-statistics.md). Measured against values of 50 digits, all hold 1e-9 relative, also in
 * tails of 1e-200; an upper tail is computed as one, never as 1 minus a lower one.
 *
 * Arguments are numbers that the callers have checked: @stdlib gives NaN back for NaN, and so does this file.
 */
import betainc from '@stdlib/math-base-special-betainc';
import betaLogarithm from '@stdlib/math-base-special-betaln';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import gammainc from '@stdlib/math-base-special-gammainc';
import betaDistribution from '@stdlib/stats-base-dists-beta-cdf';
import betaInverse from '@stdlib/stats-base-dists-beta-quantile';
import binomialDistribution from '@stdlib/stats-base-dists-binomial-cdf';
import binomialInverse from '@stdlib/stats-base-dists-binomial-quantile';
import chiSquareDistribution from '@stdlib/stats-base-dists-chisquare-cdf';
import chiSquareInverse from '@stdlib/stats-base-dists-chisquare-quantile';
import normalDistribution from '@stdlib/stats-base-dists-normal-cdf';
import studentDistribution from '@stdlib/stats-base-dists-t-cdf';
import studentInverse from '@stdlib/stats-base-dists-t-quantile';

/** P(Z <= x) of a standard normal Z. */
export function normalCdf(x: number): number {
  return normalDistribution(x, 0, 1);
}

/**
 * The x with P(Z <= x) = p. By way of erfcinv, since @stdlib's own quantile takes 2p - 1 first, and is 4e-7 off at p = 1e-12.
 */
export function normalQuantile(p: number): number {
  return -Math.SQRT2 * erfcinv(2 * p);
}

/** P(T <= x) of Student's T with `df` degrees of freedom. */
export function studentCdf(x: number, df: number): number {
  return studentDistribution(x, df);
}

export function studentQuantile(p: number, df: number): number {
  return studentInverse(p, df);
}

export function betaCdf(x: number, a: number, b: number): number {
  return betaDistribution(x, a, b);
}

export function betaQuantile(p: number, a: number, b: number): number {
  return betaInverse(p, a, b);
}

/** P(X > x) of a Beta(a, b) variable X. */
export function betaUpperTail(x: number, a: number, b: number): number {
  return betainc(x, a, b, true, true);
}

/** ln B(a, b). */
export function betaln(a: number, b: number): number {
  return betaLogarithm(a, b);
}

export function chiSquareCdf(x: number, df: number): number {
  return chiSquareDistribution(x, df);
}

export function chiSquareQuantile(p: number, df: number): number {
  return chiSquareInverse(p, df);
}

/** P(X > x) of a chi-square variable X. */
export function chiSquareUpperTail(x: number, df: number): number {
  return gammainc(x / 2, df / 2, true, true);
}

/** P(F > x) of a variable of Fisher's F distribution. */
export function fisherUpperTail(x: number, df1: number, df2: number): number {
  return betainc(df2 / (df2 + df1 * x), df2 / 2, df1 / 2);
}

/** P(X <= k) of a Binomial(n, p) variable X. */
export function binomialCdf(k: number, n: number, p: number): number {
  return binomialDistribution(k, n, p);
}

/** P(X >= k) of a Binomial(n, p) variable X, as the beta integral that equals it. */
export function binomialUpperTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : betainc(p, k, n - k + 1);
}

/** The least k with P(X <= k) >= p. */
export function binomialQuantile(q: number, n: number, p: number): number {
  return binomialInverse(q, n, p);
}

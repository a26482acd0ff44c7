/**
 * The distributions. Measured against values of 50 digits, all hold 1e-9 relative, also in tails of 1e-200; an upper
 * tail is computed as one, never as 1 minus a lower one. NaN and parameters out of range are refused here, since
 * @stdlib answers them with NaN.
 */
import { refuse, requireCount, requirePositive, requireShare } from './arguments.js';
import { gammaTails } from './incomplete-gamma.js';
import type { GammaTails } from './incomplete-gamma.js';
import * as stdlib from './stdlib.js';

/** Infinity is allowed: a distribution has its limit there. */
function requireNumber(argument: string, value: number): void {
  if (typeof value !== 'number' || Number.isNaN(value)) refuse(argument, value, 'a number');
}

/** @stdlib gives NaN where its series do not reach: at parameters like 1e300, which belong to no sample. */
function computed(value: number, argument: string, given: number): number {
  return Number.isNaN(value)
    ? refuse(argument, given, 'of a size for which the distribution can be computed')
    : value;
}

function requireBeta(x: number, a: number, b: number): void {
  requireShare('x', x);
  requirePositive('a', a);
  requirePositive('b', b);
}

function requireBinomial(k: number, n: number, p: number): void {
  requireNumber('k', k);
  requireCount('n', n);
  requireShare('p', p);
}

/** P(Z <= x) of a standard normal Z. */
export function normalCdf(x: number): number {
  requireNumber('x', x);
  return stdlib.normalCdf(x, 0, 1);
}

/**
 * The x with P(Z <= x) = p. By way of erfcinv, since @stdlib's own quantile takes 2p - 1 first, and is 4e-7 off at p =
 * 1e-12.
 */
export function normalQuantile(p: number): number {
  requireShare('p', p);
  return -Math.SQRT2 * stdlib.erfcinv(2 * p);
}

/** P(T <= x) of Student's T with `df` degrees of freedom. */
export function studentCdf(x: number, df: number): number {
  requireNumber('x', x);
  requirePositive('df', df);
  return computed(stdlib.studentCdf(x, df), 'df', df);
}

export function studentQuantile(p: number, df: number): number {
  requireShare('p', p);
  requirePositive('df', df);
  return computed(stdlib.studentQuantile(p, df), 'df', df);
}

export function betaCdf(x: number, a: number, b: number): number {
  requireBeta(x, a, b);
  return computed(stdlib.betaCdf(x, a, b), 'b', b);
}

export function betaQuantile(p: number, a: number, b: number): number {
  requireBeta(p, a, b);
  return computed(stdlib.betaQuantile(p, a, b), 'b', b);
}

/** P(X > x) of a Beta(a, b) variable X. */
export function betaUpperTail(x: number, a: number, b: number): number {
  requireBeta(x, a, b);
  return computed(stdlib.betainc(x, a, b, true, true), 'b', b);
}

/** ln B(a, b). */
export function betaln(a: number, b: number): number {
  requireBeta(0, a, b);
  return computed(stdlib.betaln(a, b), 'b', b);
}

/** P(X <= x) of a chi-square variable X with `df` degrees of freedom. */
export function chiSquareCdf(x: number, df: number): number {
  return chiSquareTails(x, df).lower;
}

/** P(X > x) of a chi-square variable X. */
export function chiSquareUpperTail(x: number, df: number): number {
  return chiSquareTails(x, df).upper;
}

function chiSquareTails(x: number, df: number): GammaTails {
  requireNumber('x', x);
  requirePositive('df', df);
  if (df > MOST_DF || df < 1 / MOST_DF) refuse('df', df, 'from 1e-9 to 1e9');
  return gammaTails(df / 2, Math.max(0, x) / 2);
}

/** The steps of a tail grow with the root of the degrees of freedom. */
const MOST_DF = 1e9;

/** The x with P(X <= x) = p, by bisection of its logarithm, on the smaller of the two tails. */
export function chiSquareQuantile(p: number, df: number): number {
  requireShare('p', p);
  chiSquareTails(0, df);
  if (p === 0 || p === 1) return p === 0 ? 0 : Infinity;
  const reached = (x: number): boolean => {
    const { lower, upper } = chiSquareTails(x, df);
    return p < 0.5 ? lower >= p : upper <= 1 - p;
  };
  let [below, above] = [-LEAST_LOG, LEAST_LOG];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return Math.exp(above);
    if (reached(Math.exp(middle))) above = middle;
    else below = middle;
  }
}

/** e^-740 is about the least double above 0. */
const LEAST_LOG = 740;

/** P(F > x) of a variable of Fisher's F distribution. */
export function fisherUpperTail(x: number, df1: number, df2: number): number {
  requireNumber('x', x);
  requirePositive('df1', df1);
  requirePositive('df2', df2);
  return x <= 0 ? 1 : computed(stdlib.betainc(df2 / (df2 + df1 * x), df2 / 2, df1 / 2), 'df2', df2);
}

/** P(X <= k) of a Binomial(n, p) variable X. */
export function binomialCdf(k: number, n: number, p: number): number {
  requireBinomial(k, n, p);
  return computed(stdlib.binomialCdf(k, n, p), 'n', n);
}

/** P(X >= k) of a Binomial(n, p) variable X, as the beta integral that equals it. */
export function binomialUpperTail(k: number, n: number, p: number): number {
  requireBinomial(k, n, p);
  if (k <= 0) return 1;
  return k > n ? 0 : computed(stdlib.betainc(p, k, n - k + 1), 'n', n);
}

/** The least k with P(X <= k) >= p. */
export function binomialQuantile(q: number, n: number, p: number): number {
  requireBinomial(0, n, p);
  requireShare('q', q);
  return computed(stdlib.binomialQuantile(q, n, p), 'n', n);
}

import { refuse, requireBetween0And1, requireCount, requireFinite, requirePositive } from '../arguments.js';

/**
 * Half of the width of the normal-mixture confidence sequence for the mean of t values (Robbins 1970; Howard et al.
 * 2021): sqrt((V + rho) ln((V + rho) / (rho alpha^2))) / t, V = t sigma2. For values that are sub-Gaussian with
 * variance factor `sigma2`, as 1/4 for any from 0 to 1.
 *
 * @param input.rho the intrinsic time at which the sequence is narrowest, roughly.
 * @throws ERR_ML_STATISTICS_INVALID for t below 1, a sigma2 or rho that is not above 0, and an alpha outside (0, 1).
 */
export function normalMixtureRadius(input: {
  readonly t: number;
  readonly sigma2: number;
  readonly alpha: number;
  readonly rho: number;
}): { readonly radius: number } {
  const { t, sigma2, alpha, rho } = input;
  requireCount('t', t, 1);
  requirePositive('sigma2', sigma2);
  requireBetween0And1('alpha', alpha);
  requirePositive('rho', rho);
  const v = t * sigma2 + rho;
  requireFinite('t x sigma2 + rho', v);
  const log = Math.log(v) - Math.log(rho) - 2 * Math.log(alpha);
  return { radius: (Math.sqrt(v) * Math.sqrt(log)) / t };
}

/**
 * The stitched boundary of Howard et al. (2021, equation 2): a sum of 1-sub-Gaussian increments with intrinsic time v
 * ever exceeds 1.7 sqrt(v (ln ln(2v) + 0.72 ln(5.2/alpha))), at any v >= 1, with a probability of at most alpha.
 *
 * @throws ERR_ML_STATISTICS_INVALID for v below 1, and an alpha outside (0, 1).
 */
export function stitchedBoundary({ v, alpha }: { readonly v: number; readonly alpha: number }): {
  readonly boundary: number;
} {
  requireFinite('v', v);
  if (v < 1) refuse('v', v, 'at least 1');
  requireBetween0And1('alpha', alpha);
  const inner = Math.log(Math.LN2 + Math.log(v)) + 0.72 * Math.log(5.2 / alpha);
  return { boundary: 1.7 * Math.sqrt(v) * Math.sqrt(inner) };
}

/**
 * The mixture sequential probability ratio of Johari et al. (2017) for a normal mean: reject when it is 1/alpha or
 * more, at any look. Values of known variance, or many: sqrt(s2/(s2 + t tau2)) exp(t^2 tau2 (mean - theta0)^2 / (2 s2
 * (s2 + t tau2))).
 *
 * @param input.tau2 variance of the effects that are expected.
 * @returns the ratio, and its logarithm for where the ratio is beyond a double.
 * @throws ERR_ML_STATISTICS_INVALID for t below 1, variances that are not above 0, and means that are not finite.
 */
export function msprtNormal(input: {
  readonly mean: number;
  readonly theta0: number;
  readonly t: number;
  readonly sigma2: number;
  readonly tau2: number;
}): { readonly likelihoodRatio: number; readonly logLikelihoodRatio: number } {
  const { mean, theta0, t, sigma2, tau2 } = input;
  requireFinite('mean', mean);
  requireFinite('theta0', theta0);
  requireCount('t', t, 1);
  requirePositive('sigma2', sigma2);
  requirePositive('tau2', tau2);
  const growth = (t / sigma2) * tau2;
  requireFinite('t x tau2 / sigma2', growth);
  const z2 = ((mean - theta0) / Math.sqrt(sigma2)) ** 2 * t;
  const shrink = growth / (1 + growth);
  const log = (z2 === 0 ? 0 : (z2 * shrink) / 2) - Math.log1p(growth) / 2;
  return { likelihoodRatio: Math.exp(log), logLikelihoodRatio: log };
}

/**
 * Half of the width of the asymptotic confidence sequence of Waudby-Smith et al. (2021): sd sqrt(2 (t rho^2 + 1) / (t^2
 * rho^2) ln(sqrt(t rho^2 + 1) / alpha)). Its guarantee holds as t grows, for any distribution with a variance; not for
 * a first look at a handful of values.
 *
 * @param input.sd sample standard deviation of the t values.
 * @throws ERR_ML_STATISTICS_INVALID for t below 1, an sd below 0, a rho that is not above 0, and an alpha outside (0,
 * 1).
 */
export function asymptoticRadius(input: {
  readonly t: number;
  readonly sd: number;
  readonly alpha: number;
  readonly rho: number;
}): { readonly radius: number } {
  const { t, sd, alpha, rho } = input;
  requireCount('t', t, 1);
  requireFinite('sd', sd);
  if (sd < 0) refuse('sd', sd, 'at least 0');
  requireBetween0And1('alpha', alpha);
  requirePositive('rho', rho);
  const spread = t * rho ** 2;
  requirePositive('t x rho^2', spread);
  requireFinite('t x rho^2', spread);
  const log = Math.log1p(spread) / 2 - Math.log(alpha);
  return { radius: sd * Math.sqrt(((2 * (1 + 1 / spread)) / t) * log) };
}

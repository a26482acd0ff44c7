import { refuse, requireBetween0And1, requireCount, requireFinite, requirePositive } from './arguments.js';
import { betaln, betaUpperTail } from './distributions.js';

/**
 * Evidence that an event falls to one of two sides with a share above `nullShare`: the logarithm of a beta-mixture
 * e-value. Under a share of at most `nullShare` the process over all looks exceeds 1/alpha with a probability of at
 * most alpha (Ville 1939), so looking often is free. The mixture is Beta(k p0, k (1 - p0)) cut to (p0, 1], in closed
 * form by the beta function and its upper tail (Robbins 1970; Howard et al. 2021). What the canary rolls back on.
 *
 * @param input.hits events that fell to the watched side.
 * @param input.misses events that fell to the other.
 * @param input.nullShare p0, the largest share that is no fault; see {@link canaryNullShare}.
 * @param input.priorStrength k, how strongly the mixture sits near p0; 20 is a good default.
 * @returns ln E: reject when it is ln(1/alpha) or more, at any look.
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, a share outside (0, 1), a strength that is not above 0.
 */
export function eprocessBetaMixture(input: {
  readonly hits: number;
  readonly misses: number;
  readonly nullShare: number;
  readonly priorStrength: number;
}): { readonly logE: number } {
  const { hits, misses, nullShare: p0, priorStrength } = input;
  requireCount('hits', hits);
  requireCount('misses', misses);
  requireBetween0And1('nullShare', p0);
  requirePositive('priorStrength', priorStrength);
  const [a, b] = [priorStrength * p0, priorStrength * (1 - p0)];
  requirePositive('priorStrength x nullShare', a);
  requirePositive('priorStrength x (1 - nullShare)', b);
  if (hits + misses === 0) return { logE: 0 };
  const posterior = betaln(a + hits, b + misses) + logUpperTail(p0, a + hits, b + misses);
  const prior = betaln(a, b) + logUpperTail(p0, a, b);
  const likelihood = hits * Math.log(p0) + misses * Math.log1p(-p0);
  const logE = posterior - prior - likelihood;
  requireFinite('ln E', logE);
  return { logE };
}

/**
 * ln P(X > x) of a Beta(a, b) variable: by the continued fraction where the probability itself is too small for a
 * double.
 */
function logUpperTail(x: number, a: number, b: number): number {
  const tail = betaUpperTail(x, a, b);
  if (tail > LEAST_TAIL) return Math.log(tail);
  return (
    b * Math.log1p(-x) + a * Math.log(x) - Math.log(b) - betaln(a, b) + Math.log(tailFraction(1 - x, b, a))
  );
}

const LEAST_TAIL = 1e-280;
const MOST_TERMS = 10_000;

/**
 * The continued fraction of I_x(a, b) (Abramowitz and Stegun 26.5.8), by the method of Lentz; converges fast for x
 * below the mean.
 */
function tailFraction(x: number, a: number, b: number): number {
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let value = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      change = c * d;
      value *= change;
    }
    if (Math.abs(change - 1) < Number.EPSILON) break;
  }
  return value;
}

/**
 * The largest share of all errors that may fall to the canary while its error rate is at most (1 + r) times the
 * baseline's, where each request goes to it with probability pi: pi (1 + r) / (pi (1 + r) + 1 - pi).
 *
 * @param input.canaryTrafficShare pi, in (0, 1); the assignment must be random, by request or user, never by time.
 * @param input.allowedRelativeIncrease r, at least 0: 0.5 allows half as many errors again.
 * @throws ERR_ML_STATISTICS_INVALID for anything out of these ranges.
 */
export function canaryNullShare(input: {
  readonly canaryTrafficShare: number;
  readonly allowedRelativeIncrease: number;
}): { readonly nullShare: number } {
  const { canaryTrafficShare: share, allowedRelativeIncrease: increase } = input;
  requireBetween0And1('canaryTrafficShare', share);
  requireFinite('allowedRelativeIncrease', increase);
  if (increase < 0) refuse('allowedRelativeIncrease', increase, 'at least 0');
  const weight = share * (1 + increase);
  requireFinite('canaryTrafficShare x (1 + allowedRelativeIncrease)', weight);
  return { nullShare: weight / (weight + 1 - share) };
}

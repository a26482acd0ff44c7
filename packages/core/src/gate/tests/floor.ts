import type { LevelSample } from '../../evaluation/index.js';
import { clopperPearsonLower, clopperPearsonUpper, nonInferiorityMean } from '../../stats/index.js';
import { binomialQuantile, binomialUpperTail, studentQuantile } from '../../stats/distributions.js';
import { coarse, examplesForMean } from '../examples.js';
import type { Rates } from '../examples.js';
import { cannotJudge, noScores } from '../finding.js';
import type { Finding, Undefined } from '../finding.js';
import type { Floor } from '../policy.js';
import { meanSpread } from './mean-spread.js';

/**
 * That a model reaches a limit on its own, beyond chance: exact one-sided bound (Clopper and Pearson 1934) for a proportion, Student's for a mean, corrected for skewness. It can be shown where a model
 * with half of the errors that the floor allows would pass with the power that is asked for; that needs no label of a proportion.
 */
export function floorReached(floor: Floor, sample: LevelSample, rates: Rates): Finding | Undefined {
  const n = sample.kind === 'proportion' ? sample.n : sample.values.length;
  if (n === 0) return cannotJudge('there is no example to judge on');
  if (rates.alpha <= 0) return { ...missed(n), canShow: false };
  return sample.kind === 'proportion'
    ? proportionFloor(floor, sample, rates)
    : meanFloor(floor, sample, rates);
}

type Proportion = Extract<LevelSample, { kind: 'proportion' }>;

function proportionFloor({ limit, value }: Floor, { successes, n }: Proportion, rates: Rates): Finding {
  const { alpha } = rates;
  const bound =
    limit === 'min'
      ? clopperPearsonLower({ successes, n, alpha })
      : clopperPearsonUpper({ successes, n, alpha });
  const met = limit === 'min' ? bound >= value : bound <= value;
  const share = successes / n;
  const requiredN = examplesForFloor(rates, limit === 'min' ? value : 1 - value);
  return {
    ...missed(n),
    outcome: met ? 'met' : 'missed',
    canShow: requiredN !== null && n >= requiredN,
    requiredN,
    scores: { ...noScores, candidate: share, estimate: share, bound },
  };
}

/** Examples with which a model of half the errors that `min` allows passes with the power, whatever was seen. */
export function examplesForFloor({ alpha, power }: Rates, min: number): number | null {
  if (alpha <= 0 || min >= 1) return null;
  if (min <= 0) return 1;
  const truth = (1 + min) / 2;
  const passes = (n: number): boolean => {
    const needed = leastPassing(n, { min, alpha });
    return needed <= n && binomialUpperTail(needed, n, truth) >= power;
  };
  let enough = 1;
  while (!passes(enough)) {
    enough *= 2;
    if (enough > 1e8) return null;
  }
  let short = enough >> 1;
  while (enough - short > 1) {
    const middle = (short + enough) >> 1;
    if (passes(middle)) enough = middle;
    else short = middle;
  }
  return enough;
}

/** The least number of successes whose exact bound reaches `min`: P(X >= k) <= alpha if the truth were `min`. */
function leastPassing(n: number, { min, alpha }: { readonly min: number; readonly alpha: number }): number {
  let needed = binomialQuantile(1 - alpha, n, min) + 1;
  while (needed > 0 && binomialUpperTail(needed - 1, n, min) <= alpha) needed -= 1;
  while (needed <= n && binomialUpperTail(needed, n, min) > alpha) needed += 1;
  return needed;
}

/**
 * Values point up where the model is better: a limit from above is one from below of what is negative. Beside Student's bound the test that knows of skewness must agree: a few large
 * losses that the sample missed would make the bound too sure.
 */
function meanFloor(
  { limit, value }: Floor,
  { values, groups }: Exclude<LevelSample, Proportion>,
  rates: Rates,
): Finding {
  const { n, mean, variance, df } = meanSpread(values, groups);
  const least = limit === 'min' ? value : -value;
  if (!(variance > 0)) return { ...missed(n), canShow: false };
  const bound = mean + studentQuantile(rates.alpha, df) * Math.sqrt(variance / n);
  const above = { differences: values.map((each) => each - least), margin: 0 };
  const { p } = nonInferiorityMean(groups === undefined ? above : { ...above, groups });
  const effect = Math.abs(value) / 2;
  const requiredN = effect > 0 ? coarse(examplesForMean(rates, { variance, effect })) : null;
  const sign = limit === 'min' ? 1 : -1;
  return {
    ...missed(n),
    outcome: bound >= least && p <= rates.alpha ? 'met' : 'missed',
    canShow: requiredN !== null && n >= requiredN,
    requiredN,
    scores: { ...noScores, candidate: sign * mean, estimate: sign * mean, p, bound: sign * bound },
  };
}

function missed(n: number): Finding {
  return {
    outcome: 'missed',
    canShow: true,
    n,
    disagreement: null,
    smallest: null,
    requiredN: null,
    scores: noScores,
  };
}

import type { ValueSample } from '../../evaluation/index.js';
import { cannotJudge, noScores } from '../finding.js';
import type { Finding, Undefined } from '../finding.js';
import type { Better, Floor, Increase, NonInferiority, Ratio, Superiority } from '../policy.js';

/** What is measured once is compared as it is: it has no spread to test. */

/**
 * A gain in a value. Only what is the same whenever it is measured, the size, can be shown so: of any other number nobody knows
 * whether it would be better again.
 */
export function valueSuperiority(criterion: Superiority, sample: ValueSample): Finding | Undefined {
  const gain = gainOf(criterion, sample);
  if (typeof gain !== 'number') return gain;
  const shown = criterion.metric === 'size';
  return { ...found(shown && gain >= criterion.minEffect, sample, gain), canShow: shown };
}

export function valueNonInferiority(criterion: NonInferiority, sample: ValueSample): Finding | Undefined {
  const gain = gainOf(criterion, sample);
  return typeof gain === 'number' ? found(gain >= -criterion.margin, sample, gain) : gain;
}

export function valueRatio({ metric, maxRatio }: Ratio, sample: ValueSample): Finding | Undefined {
  const { candidate, baseline } = sample;
  if (baseline === undefined) return noBaseline(metric);
  if (!(baseline > 0) || !(candidate >= 0))
    return cannotJudge(`a ratio needs a baseline above 0 and a candidate of 0 or more in ${metric}`);
  return found(candidate <= maxRatio * baseline, sample, candidate / baseline);
}

export function valueIncrease({ metric, maxIncrease }: Increase, sample: ValueSample): Finding | Undefined {
  const { candidate, baseline } = sample;
  if (baseline === undefined) return noBaseline(metric);
  return found(candidate - baseline <= maxIncrease, sample, candidate - baseline);
}

export function valueFloor({ limit, value }: Floor, sample: ValueSample): Finding {
  const { candidate } = sample;
  return found(limit === 'min' ? candidate >= value : candidate <= value, sample, candidate);
}

function gainOf(
  { metric, better }: { readonly metric: string; readonly better: Better | null },
  { candidate, baseline }: ValueSample,
): number | Undefined {
  if (baseline === undefined) return noBaseline(metric);
  if (better === null) return cannotJudge(`whether more or less of ${metric} is better is not known`);
  return better === 'higher' ? candidate - baseline : baseline - candidate;
}

function noBaseline(metric: string): Undefined {
  return cannotJudge(`the baseline has no ${metric}`);
}

function found(met: boolean, { candidate, baseline }: ValueSample, estimate: number): Finding {
  return {
    outcome: met ? 'met' : 'missed',
    canShow: true,
    n: null,
    disagreement: null,
    smallest: null,
    requiredN: null,
    scores: { ...noScores, candidate, baseline: baseline ?? null, estimate },
  };
}

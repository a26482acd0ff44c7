import { bestByFronts, minimised } from '../../choice/pareto.js';
import type { Direction } from '../sampler.js';
import type { Placed } from '../tried.js';

/** A history in two: what a next trial should be like, and what it should not. */
export interface Split {
  /** Best first. */
  readonly good: readonly Placed[];
  /** Those that are running among them, so that the next one keeps away from them, and those that failed. */
  readonly rest: readonly Placed[];
}

/** The part of ended trials that is good. */
const SHARE = 0.15;
/** At more, the good ones would be ever less so. */
const MOST_GOOD = 25;

/**
 * Of one objective the best by value; of several, by fronts (Ozaki et al. 2020). Only where too few completed do pruned ones count among
 * the good, the farthest first, since their values were told at different ages.
 */
export function splitHistory(placed: readonly Placed[], directions: readonly Direction[]): Split {
  const ended = placed.filter(isEnded);
  const count = Math.min(Math.ceil(SHARE * ended.length), MOST_GOOD);
  const complete = ended.filter(({ trial }) => trial.state === 'complete');
  const good = best(complete, directions, count);
  if (good.length < count) good.push(...farthest(ended, directions).slice(0, count - good.length));
  const taken = new Set(good);
  return { good, rest: placed.filter((one) => !taken.has(one)) };
}

export function isEnded({ trial }: Placed): boolean {
  return trial.state === 'complete' || trial.state === 'pruned';
}

function best(complete: readonly Placed[], directions: readonly Direction[], count: number): Placed[] {
  const rows = complete.map(({ trial }) => minimised(trial.values ?? [], directions));
  const order =
    directions.length > 1
      ? bestByFronts(rows, count)
      : [...rows.keys()].sort((a, b) => compare(rows[a]?.[0], rows[b]?.[0]) || a - b).slice(0, count);
  return order.flatMap((index) => complete[index] ?? []);
}

function farthest(ended: readonly Placed[], directions: readonly Direction[]): readonly Placed[] {
  const value = ({ trial }: Placed): number | undefined => minimised(trial.values ?? [], directions)[0];
  return ended
    .filter(({ trial }) => trial.state === 'pruned')
    .sort((a, b) => compare(b.trial.resource, a.trial.resource) || compare(value(a), value(b)));
}

/** Infinities are equal to themselves. */
function compare(one = 0, other = 0): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

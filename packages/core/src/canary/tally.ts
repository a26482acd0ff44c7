import type { ArmCounts, Counts, ShareCounts } from '../deploy/target.js';
import { checkCounts } from './check-counts.js';

/**
 * All that was counted of a candidate, in parts within which its share was the same. Each part gives a factor of the evidence. A part
 * is closed when the share changes, and when counters began anew: what was seen before stays seen.
 */
export interface Tally {
  readonly share: number;
  readonly closed: readonly ShareCounts[];
  /** Of the present epoch. */
  readonly open: readonly ShareCounts[];
  /** What the counters showed when the present part began. */
  readonly since: Pick<Counts, 'baseline' | 'candidate'>;
  readonly last: Counts;
}

const nothing: ArmCounts = { requests: 0, errors: 0, slow: 0, feedback: {} };
const noCounts = { baseline: nothing, candidate: nothing };

export function newTally(share: number): Tally {
  return { share, closed: [], open: [], since: noCounts, last: noCounts };
}

/** From now on requests are routed by another share. */
export function withShare(tally: Tally, share: number): Tally {
  if (share === tally.share) return tally;
  // Counts by share say themselves to which share they belong, also those of labels that are still to come.
  if (tally.last.byShare !== undefined) return { ...tally, share };
  const closed = [...tally.closed, ...tally.open];
  return { share, closed, open: [], since: tally.last, last: tally.last };
}

/** What the counters show now. @throws MlError ERR_ML_DEPLOY_TARGET for counts that cannot be */
export function withCounts(tally: Tally, counts: Counts): Tally {
  checkCounts(counts);
  const isNew = beganAnew(tally.last, counts);
  const closed = isNew ? [...tally.closed, ...tally.open] : tally.closed;
  const since = isNew ? noCounts : tally.since;
  const open = counts.byShare ?? [
    {
      share: tally.share,
      baseline: difference(counts.baseline, since.baseline),
      candidate: difference(counts.candidate, since.candidate),
    },
  ];
  return { share: tally.share, closed, open, since, last: counts };
}

export function partsOf({ closed, open }: Tally): readonly ShareCounts[] {
  return [...closed, ...open];
}

/** Requests of an arm in all parts; `share`: in those of that share only. */
export function requestsOf(tally: Tally, arm: 'baseline' | 'candidate', share?: number): number {
  return partsOf(tally)
    .filter((part) => share === undefined || part.share === share)
    .reduce((sum, part) => sum + part[arm].requests, 0);
}

/** Whoever counts was started again: it says so, or shows less than before. */
function beganAnew(before: Counts, now: Counts): boolean {
  if (before.epoch !== undefined && before.epoch !== now.epoch) return true;
  return shrank(before.baseline, now.baseline) || shrank(before.candidate, now.candidate);
}

function shrank(before: ArmCounts, now: ArmCounts): boolean {
  if (now.requests < before.requests || now.errors < before.errors || now.slow < before.slow) return true;
  return Object.entries(before.feedback).some(([name, { seen, bad }]) => {
    const later = now.feedback[name] ?? { seen: 0, bad: 0 };
    return later.seen < seen || later.bad < bad;
  });
}

function difference(now: ArmCounts, before: ArmCounts): ArmCounts {
  const feedback = Object.entries(now.feedback).map(([name, { seen, bad }]) => {
    const earlier = before.feedback[name] ?? { seen: 0, bad: 0 };
    return [name, { seen: seen - earlier.seen, bad: bad - earlier.bad }] as const;
  });
  return {
    requests: now.requests - before.requests,
    errors: now.errors - before.errors,
    slow: now.slow - before.slow,
    feedback: Object.fromEntries(feedback),
  };
}

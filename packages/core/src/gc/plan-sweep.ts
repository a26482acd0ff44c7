import { MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import type { GcMark, GcMarks } from './marks.js';
import type { Leftover, StoredObject } from './ports.js';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * Whatever is younger stays, whatever grace is asked for. Whoever relies on an object that is older than a day refreshes
 * it, so this leaves at least a day to write down what needs it.
 */
export const leastAgeMs = 2 * dayMs;

export interface SweepInput {
  readonly objects: ReadonlyMap<Digest, StoredObject>;
  readonly leftovers: readonly Leftover[];
  readonly isReachable: (digest: Digest) => boolean;
  readonly marks: GcMarks | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly graceMs: number;
}

/** An unreachable object. */
export interface Garbage {
  readonly object: StoredObject;
  /** When a gc first found it unreachable; now, where this one does. */
  readonly since: number;
  /** An earlier gc has found it unreachable and marked it. */
  readonly isMarked: boolean;
  /** It goes with the first gc from then on. */
  readonly until: number;
}

export interface SweepPlan {
  /** Unreachable for the whole grace: these go. */
  readonly due: readonly Garbage[];
  /** Unreachable, and still waiting. */
  readonly waiting: readonly Garbage[];
  readonly leftovers: readonly Leftover[];
  /** What to remember until the next gc. */
  readonly marks: GcMarks;
}

/**
 * Which objects go now, and which wait. Nothing goes that was not unreachable at an earlier gc as well.
 *
 * @throws MlError ERR_ML_CLOCK_BEHIND
 */
export function planSweep(input: SweepInput): SweepPlan {
  const { now, graceMs } = input;
  refuseClockBehind(input);
  const [due, waiting]: [Garbage[], Garbage[]] = [[], []];
  const marks = new Map<Digest, GcMark>();
  for (const object of input.objects.values()) {
    if (input.isReachable(object.digest)) continue;
    const before = markOf(object, input);
    const since = before ?? now;
    marks.set(object.digest, { since, changedAt: object.changedAt });
    const until = Math.max(since + graceMs, object.changedAt + leastAgeMs);
    const isMarked = before !== undefined;
    (isMarked && until <= now ? due : waiting).push({ object, since, isMarked, until });
  }
  const leftovers = input.leftovers.filter(
    // The clock was just found to be right, so a time far ahead was set by one that was wrong.
    ({ changedAt }) => Math.abs(now - changedAt) >= Math.max(graceMs, leastAgeMs),
  );
  return { due, waiting, leftovers, marks: { at: now, marks } };
}

/** Since when the object was unreachable and untouched; undefined where no earlier gc says so. */
function markOf({ digest, changedAt }: StoredObject, { marks, now }: SweepInput): number | undefined {
  const mark = marks?.marks.get(digest);
  if (mark?.changedAt !== changedAt || mark.since > now) return undefined;
  return mark.since;
}

/** A mark that is made by a clock that was set back would look old as soon as the clock is right again. */
function refuseClockBehind({ objects, marks, now }: SweepInput): void {
  let newest: { readonly at: number; readonly what: string } = { at: marks?.at ?? 0, what: 'the last gc' };
  for (const { digest, changedAt } of objects.values())
    if (changedAt > newest.at) newest = { at: changedAt, what: digest };
  if (newest.at <= now + hourMs) return;
  const [told, seen] = [now, newest.at].map((at) => new Date(at).toISOString());
  throw new MlError('ERR_ML_CLOCK_BEHIND', {
    message: `Nothing was deleted: the clock of this machine says ${String(told)}, and the store holds ${newest.what} of ${String(seen)}`,
    fix: 'Set the clock right. If that time in the store is wrong, touch the file.',
  });
}

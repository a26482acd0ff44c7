import { studentQuantile } from '../../stats/distributions.js';
import type { Direction } from '../samplers/index.js';

/** One of the best trials, run again with other seeds. */
export interface Contender {
  /** The trial's number. */
  readonly number: number;
  /**
   * By seed, without the one by which it was found: that value is high because it was the highest, and would be believed twice. The same
   * seeds for all, so that they meet the same chance.
   */
  readonly fresh: ReadonlyMap<number, number>;
}

export interface RaceRules {
  readonly direction: Direction;
  /** In which order seeds are used; none twice. */
  readonly seeds: readonly number[];
  /** No one is dropped with fewer. At least 2. Default: 3. */
  readonly least?: number;
  /** The chance, over the whole race, that the best is dropped. Default: 0.05. */
  readonly alpha?: number;
}

export interface Standing {
  readonly number: number;
  readonly seeds: number;
  /** Over the fresh seeds. */
  readonly mean: number;
  /** It is no worse than this, as sure as 1 - alpha; null with less than two seeds. */
  readonly bound: number | null;
  /** Shown to be worse than the leader, so that it is run no more. */
  readonly isOut: boolean;
}

export interface Race {
  /** By bound, the best first; without one, by mean. */
  readonly standings: readonly Standing[];
  /** What to run now: the first seed that some of those who are left lack. Empty when the race is over. */
  readonly next: readonly { readonly number: number; readonly seed: number }[];
  /** The one with the best bound; undefined while there is none. */
  readonly choice: number | undefined;
}

/**
 * Which of some leaders is really the best: all are run with the same fresh seeds, round by round, and those drop out that are shown to be
 * worse than the leader by a paired t test (a race as of Maron and Moore 1994, by the test of Birattari et al. 2002), at a level that is
 * split over all pairs and rounds, so that it holds for the whole race. Chosen is the one with the best bound for its mean: of two that are
 * as good on average, the steadier one.
 *
 * The t distribution is for means of about normal values; over a few seeds of one training that is what one can have. A seed of which the
 * training failed is not in `fresh`, and is asked for again.
 *
 * @throws RangeError without seeds, or with `least` below 2.
 */
export function raceOf(contenders: readonly Contender[], rules: RaceRules): Race {
  const { direction, seeds, least = 3, alpha = 0.05 } = rules;
  if (least < 2 || seeds.length === 0)
    throw new RangeError('a race needs seeds, and two before anyone drops out');
  const sign = direction === 'minimize' ? 1 : -1;
  const level = alpha / Math.max(1, (contenders.length - 1) * (seeds.length - least + 1));
  const out = droppedOf(contenders, { sign, seeds, least, level });
  const standings = contenders.map((one) => standingOf(one, { sign, alpha, isOut: out.has(one.number) }));
  standings.sort((a, b) => sign * (sortKey(a) - sortKey(b)) || a.number - b.number);
  const alive = contenders.filter(({ number }) => !out.has(number));
  const seed = seeds.find((each) => alive.some(({ fresh }) => !fresh.has(each)));
  const isOver = alive.length <= 1 || seed === undefined;
  const first = standings.find(({ isOut, bound }) => !isOut && bound !== null);
  const lacking = isOver ? [] : alive.filter(({ fresh }) => !fresh.has(seed));
  return {
    standings,
    next: isOver ? [] : lacking.map(({ number }) => ({ number, seed })),
    choice: first?.number,
  };
}

function sortKey({ bound, mean }: Standing): number {
  return bound ?? mean;
}

interface Test {
  readonly sign: number;
  readonly seeds: readonly number[];
  readonly least: number;
  readonly level: number;
}

/** Round by round, as it would have been decided then: who is out stays out, whatever the leader does later. */
function droppedOf(
  contenders: readonly Contender[],
  { sign, seeds, least, level }: Test,
): ReadonlySet<number> {
  const out = new Set<number>();
  for (let round = least; round <= seeds.length; round += 1) {
    const used = seeds.slice(0, round);
    const alive = contenders.filter(({ number }) => !out.has(number));
    if (!alive.every(({ fresh }) => used.every((seed) => fresh.has(seed)))) return out;
    const values = alive.map(({ fresh }) => used.map((seed) => sign * (fresh.get(seed) ?? NaN)));
    const means = values.map(mean);
    const leader = values[means.indexOf(Math.min(...means))] ?? [];
    alive.forEach(({ number }, index) => {
      const differences = (values[index] ?? []).map((value, at) => value - (leader[at] ?? 0));
      if (lowerBound(differences, level) > 0) out.add(number);
    });
  }
  return out;
}

function standingOf(
  { number, fresh }: Contender,
  { sign, alpha, isOut }: { readonly sign: number; readonly alpha: number; readonly isOut: boolean },
): Standing {
  const values = [...fresh.values()].map((value) => -sign * value);
  const bound = values.length < 2 ? null : -sign * lowerBound(values, alpha);
  return {
    number,
    seeds: values.length,
    mean: values.length === 0 ? NaN : -sign * mean(values),
    bound,
    isOut,
  };
}

/** Below which the mean lies with a chance of `level`, by Student's t. */
function lowerBound(values: readonly number[], level: number): number {
  const n = values.length;
  const middle = mean(values);
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (n - 1) / n);
  return spread === 0 ? middle : middle - studentQuantile(1 - level, n - 1) * spread;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

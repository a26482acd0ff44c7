import { refuse, requireCount } from './arguments.js';
import { betaln } from './distributions.js';

/**
 * P(X >= k) for X the number of marked among `draws` that are drawn without replacement from `population`, of which `marked` are marked: the
 * one-sided exact test of Fisher (1935) for a two by two table.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none, or more marked or drawn than there are.
 */
export function hypergeometricUpperTail(input: {
  readonly k: number;
  readonly population: number;
  readonly marked: number;
  readonly draws: number;
}): number {
  const { k, population, marked, draws } = input;
  for (const [name, count] of Object.entries(input)) requireCount(name, count);
  if (marked > population) refuse('marked', marked, `at most population, which is ${String(population)}`);
  if (draws > population) refuse('draws', draws, `at most population, which is ${String(population)}`);
  const [least, most] = [Math.max(0, marked + draws - population), Math.min(marked, draws)];
  if (k <= least) return 1;
  if (k > most) return 0;
  const odds = (x: number): number =>
    ((marked - x) * (draws - x)) / ((x + 1) * (population - marked - draws + x + 1));
  // The tail on k's side of the mode falls at every step; the other one is taken from 1.
  const mode = Math.floor(((marked + 1) * (draws + 1)) / (population + 2));
  if (k > mode) return Math.min(1, sumFrom(k, most, { first: massAt(k, input), next: odds }));
  const below = sumFrom(k - 1, least, { first: massAt(k - 1, input), next: (x) => 1 / odds(x - 1) });
  return Math.min(1, Math.max(0, 1 - below));
}

interface Terms {
  readonly first: number;
  /** The next term over this one. */
  readonly next: (x: number) => number;
}

function sumFrom(start: number, end: number, { first, next }: Terms): number {
  const step = end >= start ? 1 : -1;
  let [sum, term] = [0, first];
  for (let x = start; term > 0; x += step) {
    sum += term;
    if (x === end || term < sum * 2 ** -60) break;
    term *= next(x);
  }
  return sum;
}

function massAt(
  k: number,
  { population, marked, draws }: { population: number; marked: number; draws: number },
): number {
  const lnChoose = (n: number, of: number): number => -betaln(n - of + 1, of + 1) - Math.log(n + 1);
  return Math.exp(
    lnChoose(marked, k) + lnChoose(population - marked, draws - k) - lnChoose(population, draws),
  );
}

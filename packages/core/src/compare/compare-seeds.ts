import { mcnemarExact } from '../stats/mcnemar.js';
import { pairedT } from '../stats/paired-t.js';
import type { PairedT } from '../stats/paired-t.js';
import { noetherSampleSize, probOutperform } from '../stats/prob-outperform.js';
import type { ProbOutperform } from '../stats/prob-outperform.js';
import type { MetricNature } from '../gate/metric-names.js';
import type { SeedPairs, Side } from './pair-seeds.js';

export type Direction = MetricNature['better'];

/**
 * - `matters`: one side is better, and the interval reaches a probability that is worth having;
 * - `better`: one side is better, but even the upper end stays below that;
 * - `not-shown`: neither is;
 * - `too-few`: fewer than three seeds that both sides have, of which nothing is said;
 * - `no-chance`: on both sides every seed gives the same, so that many runs are no more than one.
 */
export type SeedAnswer = 'matters' | 'better' | 'not-shown' | 'too-few' | 'no-chance';

export interface SeedComparison extends SeedPairs {
  readonly answer: SeedAnswer;
  /** Whom a claim is for. */
  readonly winner: Side | null;
  /** Seeds on which either is better, and on which they are equal. */
  readonly wins: { readonly a: number; readonly b: number; readonly ties: number };
  /** P(B > A), where > means better, and its 95% interval; null for too few seeds. */
  readonly probability: { readonly value: number; readonly lower: number; readonly upper: number } | null;
  /** The exact sign test: that the side with more wins is the better one. */
  readonly signP: number;
  /** Over the paired seeds; null without any. */
  readonly meanA: number | null;
  readonly meanB: number | null;
  /** B minus A as measured, with a 95% interval; null for too few seeds. */
  readonly difference: PairedT | null;
  /** On each of at least three seeds both sides are the same: what differs changes nothing that the metric measures. */
  readonly alike: boolean;
  /** Every seed gave that side the same, so that its seeds change nothing. */
  readonly constant: { readonly a: boolean; readonly b: boolean };
}

const leastSeeds = 3;
const confidence = 0.95;
/** Bouthillier et al. 2021: a method worth having wins on three of four seeds. */
const worthHaving = 0.75;
const error = 0.05;

/**
 * Shared seeds to ask for: 29, by Noether's formula for P = 0.75 with 5% of either error, as Bouthillier et al. have it. That formula is an approximation
 * for runs that are not paired; by the binomial distribution our criterion shows P = 0.75 with 29 pairs at 83%, with 45 at 96%.
 */
export function seedsThatShow(): number {
  return noetherSampleSize({ gamma: worthHaving, alpha: error, beta: error }).n;
}

/**
 * Is one method better than the other, by the runs of seeds that both have? The criterion of Bouthillier et al. 2021 ("Accounting
 * for variance in machine learning benchmarks") on the probability that it wins: the interval's lower end clears 0.5, its upper end 0.75.
 * Their percentile interval is too narrow for few seeds (three wins of three would do), so the exact sign test must agree at 5% on one side: it
 * has its say with 3, 4 and 7 seeds.
 */
export function compareSeeds(pairs: SeedPairs, better: Direction): SeedComparison {
  const wins = winsOf(pairs, better);
  const constant = { a: isConstant(pairs.a), b: isConstant(pairs.b) };
  const signP = signTest(Math.max(wins.a, wins.b), Math.min(wins.a, wins.b));
  const alike = wins.ties >= leastSeeds && wins.ties === pairs.seeds.length;
  const facts = { ...pairs, wins, constant, alike, signP, meanA: meanOf(pairs.a), meanB: meanOf(pairs.b) };
  const nothing = { ...facts, winner: null, probability: null, difference: null };
  if (pairs.seeds.length < leastSeeds) return { ...nothing, answer: 'too-few' };
  const difference = pairedT({ differences: differencesOf(pairs), confidence });
  if (constant.a && constant.b) return { ...nothing, difference, answer: 'no-chance' };
  const [aWins, bWins] = [probabilityOf(pairs, better, 'a'), probabilityOf(pairs, better, 'b')];
  const probability = { value: bWins.pAB, lower: bWins.lower, upper: bWins.upper };
  const leader = wins.b >= wins.a ? 'b' : 'a';
  const leading = leader === 'b' ? bWins : aWins;
  const isShown = leading.lower > 0.5 && signP <= error;
  const claim = leading.upper >= worthHaving ? 'matters' : 'better';
  return {
    ...{ ...facts, probability, difference },
    answer: isShown ? claim : 'not-shown',
    winner: isShown ? leader : null,
  };
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value / values.length, 0);
}

/** B minus A. */
function differencesOf({ a, b }: SeedPairs): readonly number[] {
  return b.map((value, index) => value - (a[index] ?? 0));
}

function winsOf({ a, b }: SeedPairs, better: Direction): SeedComparison['wins'] {
  const wins = { a: 0, b: 0, ties: 0 };
  b.forEach((value, index) => {
    const other = a[index] ?? 0;
    if (value === other) wins.ties++;
    else wins[value > other === (better === 'higher') ? 'b' : 'a']++;
  });
  return wins;
}

/** P(the side is better than the other). */
function probabilityOf({ a, b }: SeedPairs, better: Direction, side: Side): ProbOutperform {
  const scores = (values: readonly number[]): readonly number[] =>
    better === 'higher' ? values : values.map((value) => -value);
  const [own, other] = side === 'a' ? [a, b] : [b, a];
  return probOutperform({ scoresA: scores(own), scoresB: scores(other), confidence });
}

/** Each seed that tells the two apart falls to either with 1/2 where neither is better: McNemar's exact test is just that. */
function signTest(more: number, fewer: number): number {
  return mcnemarExact({ candidateOnlyCorrect: more, baselineOnlyCorrect: fewer }).oneSidedGreater;
}

function isConstant(values: readonly number[]): boolean {
  return values.length > 1 && values.every((value) => value === values[0]);
}

import { binomialUpperTail } from '../distributions.js';
import { enumeratedTails, TIE } from './enumeration.js';
import type { Tails } from './enumeration.js';
import { exactLattice, roundedLattice } from './lattice.js';
import type { Lattice } from './lattice.js';
import { latticeCost, latticeTails } from './lattice-tails.js';
import { blocksOf, signSumDeviation, sumOf, unitsOf } from './units.js';
import type { PairedDifferences } from './units.js';

/**
 * How the p was found. `binomial`, `enumeration` and `lattice`: exactly, of the sum itself. `rounded`: exactly, of the
 * sum of the differences rounded to a step (and, beyond 4,093 units, of blocks of them). `bound`: the sum is more than
 * 10 standard deviations away, and p is Hoeffding's bound, which is above the exact one.
 */
export type PermutationMethod = 'none' | 'binomial' | 'enumeration' | 'lattice' | 'rounded' | 'bound';

export interface PairedPermutation {
  /** Mean of the differences. */
  readonly mean: number;
  /** H1: the differences tend to be above 0. Ties count as being as large. */
  readonly greater: number;
  readonly less: number;
  readonly twoSided: number;
  readonly method: PermutationMethod;
  /** What is flipped as one: groups or examples whose sum is not 0, or blocks of them. */
  readonly units: number;
  /**
   * Standard deviation of what rounding adds to the sum, in standard deviations of the sum; 0 where nothing is rounded.
   */
  readonly rounding: number;
  /** Nothing differs: the p are 1. */
  readonly degenerate: boolean;
}

/** 2^17 sums in either half: some 20 ms. */
const MOST_ENUMERATED = 34;
/** A prime, so that no period in the order of the examples gathers them in a few blocks. */
const MOST_BLOCKS = 4093;
/** Additions that an exact lattice may take, some tenths of a second, and that a rounded one is fitted to. */
const MOST_STEPS = 1e8;
const ROUNDED_STEPS = 5e7;
/** Where it can be had: finer changes a p of 0.0005 by less than a five-hundredth of itself. */
const ROUNDING = 1 / 2000;
/** From here on p is below 1e-22, and a bound says all that anyone needs. */
const FAR = 10;

/**
 * The paired permutation test of Fisher and Pitman (1937): if candidate and baseline were exchangeable, each difference
 * (each group's sum) could as well have the other sign. p is the share of all sign flips whose sum is as large. Exact,
 * without draws: the same differences give the same p to the last bit, in well under a second for a million of them.
 * For losses and scores whose mean is the criterion; for correctness it equals McNemar's exact test. Needs independent
 * units: give `groups` where several examples come from one source.
 *
 * Differences that are whole multiples of a decimal step have the exact distribution of their sum computed on that
 * lattice. Others are rounded to a lattice whose step is some thousandth of the sum's standard deviation; the level of
 * the test stays exact, since rounding looks at magnitudes alone, and `rounding` says how far the statistic is from the
 * mean. docs/adr/0025-statistics.md
 *
 * Not for H0 "the mean is -margin": shifted differences are not symmetric. See nonInferiorityMean.
 *
 * @throws ERR_ML_STATISTICS_INVALID for no difference, one that is not finite, and groups of another length or that are
 * no whole numbers.
 */
export function pairedPermutation(input: PairedDifferences): PairedPermutation {
  const { sums, mean } = unitsOf(input);
  const found = tailsOf(sums);
  return {
    mean,
    greater: found.greater,
    less: found.less,
    twoSided: Math.min(1, 2 * Math.min(found.greater, found.less)),
    method: found.method,
    units: found.units,
    rounding: found.rounding,
    degenerate: found.method === 'none',
  };
}

interface Found extends Tails {
  readonly method: PermutationMethod;
  readonly units: number;
  readonly rounding: number;
}

function tailsOf(units: Float64Array): Found {
  const n = units.length;
  if (n === 0) return { greater: 1, less: 1, method: 'none', units: 0, rounding: 0 };
  if (sameMagnitude(units)) return { ...binomialTails(units), method: 'binomial', units: n, rounding: 0 };
  if (n <= MOST_ENUMERATED)
    return { ...enumeratedTails(units), method: 'enumeration', units: n, rounding: 0 };
  const score = sumOf(units) / signSumDeviation(units);
  if (Math.abs(score) > FAR) return { ...hoeffdingTails(score), method: 'bound', units: n, rounding: 0 };
  const exact = exactLattice(units, MOST_STEPS / latticeCost([{ weight: 1, count: n }], reachOf(UNIT)));
  if (exact !== null && latticeCost(exact.levels, reachOf(exact)) <= MOST_STEPS)
    return { ...tailsOnLattice(exact), method: 'lattice', units: n, rounding: 0 };
  return roundedTails(blocksOf(units, MOST_BLOCKS));
}

function sameMagnitude(units: Float64Array): boolean {
  const magnitude = Math.abs(units[0] ?? 0);
  return units.every((unit) => Math.abs(Math.abs(unit) - magnitude) <= TIE * magnitude);
}

function binomialTails(units: Float64Array): Tails {
  const wins = units.reduce((count, unit) => count + (unit > 0 ? 1 : 0), 0);
  return {
    greater: binomialUpperTail(wins, units.length, 0.5),
    less: binomialUpperTail(units.length - wins, units.length, 0.5),
  };
}

/** Hoeffding (1963): P(sum >= z standard deviations) <= exp(-z^2 / 2) for any signed magnitudes. */
function hoeffdingTails(score: number): Tails {
  const bound = Math.exp((-score * score) / 2);
  return score > 0 ? { greater: bound, less: 1 } : { greater: 1, less: bound };
}

function roundedTails(blocks: Float64Array): Found {
  const noise = Math.sqrt(blocks.length / 12);
  const affordable = ROUNDED_STEPS / (blocks.length * reachOf(UNIT));
  const deviation = Math.max(1, Math.min(affordable, noise / ROUNDING));
  const { lattice, rounding } = roundedLattice(blocks, deviation);
  return { ...tailsOnLattice(lattice), method: 'rounded', units: blocks.length, rounding };
}

function tailsOnLattice(lattice: Lattice): Tails {
  return latticeTails(lattice.levels, lattice.observed, reachOf(lattice));
}

/** A sum whose standard deviation is the unit. */
const UNIT = { observed: 0, deviation: 1 };

/** What leaves this far away has a probability that changes no digit of either tail. */
function reachOf({ observed, deviation }: Pick<Lattice, 'observed' | 'deviation'>): number {
  return Math.ceil(Math.max(7 * deviation, Math.abs(observed) + 5 * deviation));
}

import { refuse, requireNumbers } from './arguments.js';
import type { Numbers } from './arguments.js';
import { normalCdf } from './distributions.js';
import { rank } from './ranks.js';
import { signedRankCdf } from './rank-sum-distribution.js';

export interface WilcoxonSignedRank {
  /** Sum of the ranks of the positive differences: R's V. Zeros are dropped. */
  readonly V: number;
  /** By the exact distribution; else by the normal one, with corrections for continuity and ties. */
  readonly exact: boolean;
  readonly twoSided: number;
  /** H1: the differences tend to be positive. */
  readonly greater: number;
  readonly twoSidedNormalNoCC: number;
  /** No difference but zeros: the p are 1. */
  readonly degenerate: boolean;
}

const EXACT_BELOW = 50;
const MOST_VALUES = 10_000_000;

/**
 * The signed rank test of Wilcoxon (1945): paired differences that are symmetric about their median. Less moved by
 * outliers than a mean, and so a test of another question: where the gate's criterion is a mean, take the permutation
 * test.
 *
 * @throws ERR_ML_STATISTICS_INVALID for an empty list or a difference that is not finite.
 */
export function wilcoxonSignedRank({ differences }: { readonly differences: Numbers }): WilcoxonSignedRank {
  requireNumbers('differences', differences);
  if (differences.length > MOST_VALUES)
    refuse('the number of differences', differences.length, `at most ${String(MOST_VALUES)}`);
  const used = Float64Array.from(differences).filter((difference) => difference !== 0);
  const n = used.length;
  if (n === 0)
    return { V: 0, exact: false, twoSided: 1, greater: 1, twoSidedNormalNoCC: 1, degenerate: true };
  const { ranks, tieTerm } = rank(used.map((difference) => Math.abs(difference)));
  const V = ranks.reduce((sum, value, index) => sum + ((used[index] ?? 0) > 0 ? value : 0), 0);
  const exact = tieTerm === 0 && n === differences.length && n < EXACT_BELOW;
  const distance = V - (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48);
  return {
    V,
    exact,
    ...(exact ? exactPs(V, n) : normalPs(distance, deviation)),
    twoSidedNormalNoCC: 2 * normalCdf(-Math.abs(distance) / deviation),
    degenerate: false,
  };
}

function exactPs(V: number, n: number): { readonly greater: number; readonly twoSided: number } {
  const cdf = signedRankCdf(n);
  const most = (n * (n + 1)) / 2;
  return {
    greater: cdf[most - V] ?? 0,
    twoSided: Math.min(1, 2 * (cdf[Math.min(V, most - V)] ?? 0)),
  };
}

function normalPs(
  distance: number,
  deviation: number,
): { readonly greater: number; readonly twoSided: number } {
  return {
    greater: normalCdf(-(distance - 0.5) / deviation),
    twoSided: Math.min(1, 2 * normalCdf(-Math.max(0, Math.abs(distance) - 0.5) / deviation)),
  };
}

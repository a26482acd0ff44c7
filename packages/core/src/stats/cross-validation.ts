import { requireCount, requireList, requireNumbers, requireSameLength } from './arguments.js';
import type { Numbers } from './arguments.js';
import { fisherUpperTail, studentCdf } from './distributions.js';
import { momentsOf } from './moments.js';

export interface CorrectedT {
  readonly mean: number;
  /** null where degenerate. */
  readonly t: number | null;
  readonly df: number;
  readonly twoSided: number;
  /** H1: the mean is above 0. */
  readonly greater: number;
  /** What the plain t test would say, for comparison: it takes the folds for independent, and is wrong by far. */
  readonly naiveTwoSided: number;
  /** All differences are equal: the p are 1. */
  readonly degenerate: boolean;
}

/**
 * The corrected resampled t test of Nadeau and Bengio (2003): differences over the folds of a (repeated)
 * cross-validation, whose variance is raised by nTest/nTrain since the folds share training data: t = mean / sqrt((1/k
 * + nTest/nTrain) s^2), k - 1 degrees of freedom. A claim about a training method, not about one model. The correction
 * is an approximation; levels stay near nominal in its authors' simulations.
 *
 * @param input.differences one for each fold and repetition; at least 2.
 * @param input.nTrain examples trained on in each fold.
 * @param input.nTest examples tested on in each fold.
 * @throws ERR_ML_STATISTICS_INVALID for fewer than 2 differences, one that is not finite, and sizes below 1.
 */
export function nadeauBengio(input: {
  readonly differences: Numbers;
  readonly nTrain: number;
  readonly nTest: number;
}): CorrectedT {
  requireNumbers('differences', input.differences, 2);
  requireCount('nTrain', input.nTrain, 1);
  requireCount('nTest', input.nTest, 1);
  const { n, mean, ratio, constant } = momentsOf(input.differences);
  const df = n - 1;
  if (constant) return { mean, t: null, df, twoSided: 1, greater: 1, naiveTwoSided: 1, degenerate: true };
  const t = ratio / Math.sqrt(1 / n + input.nTest / input.nTrain);
  const twoSided = (statistic: number): number => 2 * studentCdf(-Math.abs(statistic), df);
  return {
    mean,
    t,
    df,
    twoSided: twoSided(t),
    greater: studentCdf(-t, df),
    naiveTwoSided: twoSided(ratio * Math.sqrt(n)),
    degenerate: false,
  };
}

export interface FiveByTwo {
  /** Dietterich's t, 5 degrees of freedom; null where degenerate. */
  readonly t: number | null;
  readonly tTwoSided: number;
  /** Alpaydin's F, 10 and 5 degrees of freedom; null where degenerate. Prefer it: t rests on the one first fold. */
  readonly f: number | null;
  readonly fP: number;
  /** Within each replication both differences are equal: the p are 1. */
  readonly degenerate: boolean;
}

/**
 * Five replications of twofold cross-validation: the t test of Dietterich (1998) and the combined F test of Alpaydin
 * (1999). A claim about a training method on half of the data.
 *
 * @param input.differences five pairs, the difference on either fold.
 * @throws ERR_ML_STATISTICS_INVALID for anything but five pairs of finite numbers.
 */
export function fiveByTwoCv({ differences }: { readonly differences: readonly Numbers[] }): FiveByTwo {
  requireReplications(differences);
  const all = differences.flatMap((pair) => [...pair]);
  const scale = Math.max(...all.map((value) => Math.abs(value))) || 1;
  const scaled = differences.map(([first = 0, second = 0]) => [first / scale, second / scale] as const);
  const variance = scaled.reduce((sum, [first, second]) => sum + (first - second) ** 2 / 2, 0);
  if (variance === 0) return { t: null, tTwoSided: 1, f: null, fP: 1, degenerate: true };
  const t = (scaled[0]?.[0] ?? 0) / Math.sqrt(variance / 5);
  const f = scaled.reduce((sum, [first, second]) => sum + first ** 2 + second ** 2, 0) / (2 * variance);
  return {
    t,
    tTwoSided: 2 * studentCdf(-Math.abs(t), 5),
    f,
    fP: fisherUpperTail(f, 10, 5),
    degenerate: false,
  };
}

function requireReplications(differences: readonly Numbers[]): void {
  requireList('differences', differences, 5);
  requireSameLength('differences', differences.length, 5);
  differences.forEach((pair, index) => {
    requireNumbers(`differences[${String(index)}]`, pair, 2);
    requireSameLength(`differences[${String(index)}]`, pair.length, 2);
  });
}

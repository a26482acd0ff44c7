import { MlError } from '../kernel/errors.js';
import { fiveByTwoCv, nadeauBengio } from '../stats/cross-validation.js';
import type { CorrectedT, FiveByTwo } from '../stats/cross-validation.js';
import { pairedT } from '../stats/paired-t.js';
import { meanOf } from './compare-seeds.js';
import type { Direction } from './compare-seeds.js';
import { foldId } from './fold-metrics.js';
import type { FoldValue } from './fold-metrics.js';
import type { MeasuredSeed, Side } from './pair-seeds.js';

/** Examples that each fold trains on and tests on, where the command line says so. */
export interface GivenSizes {
  readonly train?: number | undefined;
  readonly test?: number | undefined;
}

export type FoldComparison = FoldsCompared | FoldsApart;

/** The sides were not split alike, so that no fold of one has its like in the other. */
export interface FoldsApart {
  readonly answer: 'folds-differ';
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

export type FoldTest =
  | {
      readonly name: 'nadeau-bengio';
      readonly nTrain: number;
      readonly nTest: number;
      readonly t: CorrectedT;
    }
  | { readonly name: '5x2cv'; readonly tests: FiveByTwo };

export interface FoldsCompared {
  readonly answer: 'better' | 'not-shown';
  readonly winner: Side | null;
  /** `0`, or `4/0` of a repeated cross-validation. */
  readonly folds: readonly string[];
  /** B minus A as measured, one a fold. */
  readonly differences: readonly number[];
  readonly meanA: number;
  readonly meanB: number;
  readonly test: FoldTest;
  /** Two-sided, of the test that the answer rests on. */
  readonly p: number;
  /** What the plain t test over the folds would say, which takes them for independent. */
  readonly naiveP: number;
}

const level = 0.05;

/**
 * Is one method better than the other, by one cross-validation of each on the same folds? Folds share their training data, so that a plain
 * t test finds differences where there are none: five repeats of two folds are judged by Alpaydin's F test, everything else by the
 * corrected t test of Nadeau and Bengio.
 *
 * @throws MlError ERR_ML_USAGE where the sizes of the folds are not known, or are not the same on both sides.
 */
export function compareFolds(
  { a, b, metric, better }: FoldsAsked,
  given: GivenSizes,
): FoldComparison | undefined {
  const sides = [a.folds.get(metric) ?? [], b.folds.get(metric) ?? []] as const;
  if (sides[0].length === 0 || sides[1].length === 0) return undefined;
  const apart = foldsApart(...sides);
  if (apart !== undefined) return apart;
  if (sides[0].length < 2) throw oneFold(metric);
  const differences = sides[1].map(({ value }, fold) => value - (sides[0][fold]?.value ?? 0));
  const judged = isFiveByTwo(sides[0])
    ? judgeFiveByTwo(differences)
    : judgeFolds(differences, foldSizes(a, b, given));
  const [meanA, meanB] = [meanOfFolds(sides[0]), meanOfFolds(sides[1])];
  const isShown = judged.p <= level && meanA !== meanB;
  return {
    answer: isShown ? 'better' : 'not-shown',
    winner: !isShown ? null : meanB > meanA === (better === 'higher') ? 'b' : 'a',
    folds: sides[0].map(foldId),
    ...{ differences, meanA, meanB, ...judged },
  };
}

/** One run with one cross-validation, or a repeated one. */
export interface FoldedRun extends MeasuredSeed {
  /** By metric: foldsByMetric. */
  readonly folds: ReadonlyMap<string, readonly FoldValue[]>;
}

export interface FoldsAsked {
  readonly a: FoldedRun;
  readonly b: FoldedRun;
  readonly metric: string;
  readonly better: Direction;
}

function foldsApart(a: readonly FoldValue[], b: readonly FoldValue[]): FoldsApart | undefined {
  const [idsA, idsB] = [a.map(foldId), b.map(foldId)];
  const onlyA = idsA.filter((id) => !idsB.includes(id));
  const onlyB = idsB.filter((id) => !idsA.includes(id));
  return onlyA.length + onlyB.length === 0 ? undefined : { answer: 'folds-differ', onlyA, onlyB };
}

function isFiveByTwo(folds: readonly FoldValue[]): boolean {
  const counts = new Map<string | null, number>();
  for (const { repeat } of folds) counts.set(repeat, (counts.get(repeat) ?? 0) + 1);
  return !counts.has(null) && counts.size === 5 && [...counts.values()].every((count) => count === 2);
}

type Judged = Pick<FoldsCompared, 'test' | 'p' | 'naiveP'>;

/** @param differences by repeat, and in it by fold. */
function judgeFiveByTwo(differences: readonly number[]): Judged {
  const pairs = [0, 2, 4, 6, 8].map((first) => differences.slice(first, first + 2));
  const tests = fiveByTwoCv({ differences: pairs });
  const naiveP = pairedT({ differences, confidence: 1 - level }).twoSided;
  return { test: { name: '5x2cv', tests }, p: tests.fP, naiveP };
}

interface FoldSizes {
  readonly nTrain: number;
  readonly nTest: number;
}

function judgeFolds(differences: readonly number[], sizes: FoldSizes): Judged {
  const t = nadeauBengio({ differences, ...sizes });
  return { test: { name: 'nadeau-bengio', ...sizes, t }, p: t.twoSided, naiveP: t.naiveTwoSided };
}

function foldSizes(a: MeasuredSeed, b: MeasuredSeed, { train, test }: GivenSizes): FoldSizes {
  return { nTrain: train ?? sizeOf('nTrain', a, b), nTest: test ?? sizeOf('nTest', a, b) };
}

function sizeOf(name: 'nTrain' | 'nTest', a: MeasuredSeed, b: MeasuredSeed): number {
  const [ofA, ofB] = [a.metrics[name], b.metrics[name]];
  if (ofA !== undefined && ofA === ofB) return ofA;
  const what =
    ofA === undefined || ofB === undefined
      ? `is not in the metrics of ${ofA !== undefined ? 'B' : ofB !== undefined ? 'A' : 'either side'}`
      : `is ${String(ofA)} for A and ${String(ofB)} for B`;
  throw new MlError('ERR_ML_USAGE', {
    message: `${name}, without which folds cannot be compared, ${what}`,
    fix: 'Write nTrain and nTest, the examples that each fold trains on and tests on, into metrics.json beside "folds"; for runs that are over, say them: --train 900 --test 100.',
  });
}

function oneFold(metric: string): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `${metric} has one fold, which tells nothing of how far folds are apart`,
    fix: 'Write the metric for each fold of the cross-validation: {"folds": {"0": {...}, "1": {...}, ...}}.',
  });
}

function meanOfFolds(folds: readonly FoldValue[]): number {
  return meanOf(folds.map(({ value }) => value)) ?? 0;
}

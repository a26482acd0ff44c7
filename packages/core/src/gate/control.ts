import type { AucSample, MeanSample, PairedSample, TableSample } from '../evaluation/index.js';
import { seededRng } from '../kernel/index.js';
import type { Rng } from '../kernel/index.js';
import { binomialUpperTail } from '../stats/distributions.js';
import { pOfGain } from './tests/superiority.js';
import { exchangedAtRandom, pOfExchange } from './tests/table-gain.js';

/** What became of candidates that are made of nothing but chance. */
export interface Control {
  readonly tried: number;
  readonly passed: number;
  /** More passed than the level explains. */
  readonly broken: boolean;
}

/** Of losses each takes some tenths of a second. */
const tried = 5;
/** The same for every sample, so that the same evidence gives the same verdict. */
const seed = 20_260_102;
/** A gate that holds its level is called broken once in so many. */
const suspicion = 1e-4;

type Testable = Exclude<PairedSample, TableSample>;

/**
 * The negative control: for each example (each group) it is drawn anew which of the two models gave which answer, so that the two are exactly alike but for
 * chance, and the test must hold nearly all of them. null where it cannot be done: a table that does not tell which of its combinations belong together.
 */
export function negativeControl(sample: PairedSample, alpha: number): Control | null {
  if (alpha <= 0 || (sample.kind === 'table' && sample.exchanged === undefined)) return null;
  const rng = seededRng(seed);
  let passed = 0;
  for (let round = 0; round < tried; round++) if (pOfChance(sample, rng, alpha) <= alpha) passed += 1;
  return { tried, passed, broken: binomialUpperTail(passed, tried, alpha) < suspicion };
}

function pOfChance(sample: PairedSample, rng: Rng, alpha: number): number {
  if (sample.kind !== 'table') return pOfGain(swapped(sample, rng));
  const counts = exchangedAtRandom(sample, sample.exchanged ?? new Int32Array(0), rng);
  return pOfExchange({ ...sample, counts }, alpha) ?? 1;
}

function swapped(sample: Testable, rng: Rng): Testable {
  switch (sample.kind) {
    case 'binary':
      return swappedWins(sample, rng);
    case 'mean':
      return swappedDifferences(sample, rng);
    case 'auc':
      return swappedScores(sample, rng);
  }
}

function isHeads(rng: Rng): boolean {
  return rng.uint32() >= 2 ** 31;
}

function swappedWins<T extends Extract<PairedSample, { kind: 'binary' }>>(sample: T, rng: Rng): T {
  const { candidateOnly, baselineOnly, groupWins } = sample;
  if (groupWins !== undefined)
    return { ...sample, groupWins: groupWins.map((wins) => (isHeads(rng) ? wins : -wins)) };
  const pairs = candidateOnly + baselineOnly;
  let wins = 0;
  for (let pair = 0; pair < pairs; pair++) if (isHeads(rng)) wins += 1;
  return { ...sample, candidateOnly: wins, baselineOnly: pairs - wins };
}

function swappedDifferences(sample: MeanSample, rng: Rng): MeanSample {
  const { differences, groups } = sample;
  const ofGroup = new Map<number, boolean>();
  const flipped = differences.map((difference, index) => {
    const group = groups?.[index];
    const heads = group === undefined ? isHeads(rng) : (ofGroup.get(group) ?? isHeads(rng));
    if (group !== undefined) ofGroup.set(group, heads);
    return heads ? difference : -difference;
  });
  return { ...sample, differences: flipped };
}

function swappedScores(sample: AucSample, rng: Rng): AucSample {
  const candidateScores = sample.candidateScores.slice();
  const baselineScores = sample.baselineScores.slice();
  for (let index = 0; index < candidateScores.length; index++) {
    if (isHeads(rng)) continue;
    candidateScores[index] = sample.baselineScores[index] ?? 0;
    baselineScores[index] = sample.candidateScores[index] ?? 0;
  }
  return { ...sample, candidateScores, baselineScores };
}

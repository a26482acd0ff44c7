import type { AucSample, BinarySample, MeanSample, TableSample } from '../../evaluation/index.js';
import { seededRng } from '../../kernel/index.js';
import type { Rng } from '../../kernel/index.js';

const labelFree = (share: number): BinarySample['disagreement'] => ({ share, labelFree: true });

/** Of `n` examples the candidate alone has `wins` right, the baseline alone `losses`. */
export function binary(n: number, wins: number, losses: number): BinarySample {
  const bothRight = Math.floor((n - wins - losses) / 2);
  const disagreement = labelFree((wins + losses) / n);
  return { kind: 'binary', n, candidateOnly: wins, baselineOnly: losses, bothRight, disagreement };
}

export function mean(differences: Float64Array, groups?: Int32Array): MeanSample {
  const n = differences.length;
  const gain = differences.reduce((sum, difference) => sum + difference, 0) / n;
  const sample = { n, differences, disagreement: labelFree(1), candidateMean: 1 + gain, baselineMean: 1 };
  return groups === undefined ? { kind: 'mean', ...sample } : { kind: 'mean', ...sample, groups };
}

/** Normal by Box and Muller. */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());
}

export function normals(n: number, shift: number, seed = 1): Float64Array {
  const rng = seededRng(seed);
  return Float64Array.from({ length: n }, () => shift + normal(rng));
}

/** Labels of either class in turn, and scores that tell them apart by so many standard deviations. */
export function auc(n: number, candidate: number, baseline: number): AucSample {
  const rng = seededRng(n);
  const labels = Uint8Array.from({ length: n }, (_, index) => index % 2);
  const scores = (apart: number): Float64Array =>
    Float64Array.from(labels, (label) => label * apart + normal(rng));
  const both = { candidateScores: scores(candidate), baselineScores: scores(baseline) };
  return { kind: 'auc', n, labels, ...both, disagreement: labelFree(1) };
}

/** F1 of the positive class from cells [label, candidate, baseline] as a number of three bits. */
export function f1Table(counts: readonly number[]): TableSample {
  const f1 = (cells: Float64Array, bit: number): number => {
    let [hits, said, there] = [0, 0, 0];
    cells.forEach((count, cell) => {
      const label = (cell >> 2) & 1;
      const answer = (cell >> bit) & 1;
      hits += label * answer * count;
      said += answer * count;
      there += label * count;
    });
    return (2 * hits) / (said + there);
  };
  const cells = Float64Array.from(counts);
  const n = cells.reduce((sum, count) => sum + count, 0);
  const differ = cells.reduce((sum, count, cell) => sum + (((cell >> 1) ^ cell) & 1) * count, 0);
  return {
    kind: 'table',
    n,
    counts: cells,
    exchanged: Int32Array.of(0, 2, 1, 3, 4, 6, 5, 7),
    gain: (drawn) => f1(drawn, 1) - f1(drawn, 0),
    candidate: f1(cells, 1),
    baseline: f1(cells, 0),
    disagreement: labelFree(differ / n),
  };
}

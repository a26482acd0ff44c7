import type { Rng } from '../../kernel/rng.js';
import { refuse, requireCount } from '../arguments.js';
import { TIE } from './enumeration.js';
import type { PairedPermutation } from './paired-permutation.js';
import { blocksOf, sumOf, unitsOf } from './units.js';
import type { PairedDifferences } from './units.js';

/**
 * As the exact one, of resamples: a p is (hits + 1) / (resamples + 1), valid as a p-value and never 0. Its own error is about sqrt(p / resamples).
 */
export type SampledPermutation = Omit<PairedPermutation, 'method' | 'rounding'>;

const MOST_BLOCKS = 4093;
const MOST_RESAMPLES = 10_000_000;
/** Units whose 2^8 signed sums are looked up at once. */
const TOGETHER = 8;

/**
 * The paired permutation test by random flips, as most tools do it. Kept for comparison with them and as a check on
 * pairedPermutation, which needs no draws and whose p has no error of resampling: at a level of 0.0005, 100,000
 * resamples still leave p uncertain by a seventh.
 *
 * @throws ERR_ML_STATISTICS_INVALID as pairedPermutation, and for resamples outside 1 to 10,000,000.
 */
export function pairedPermutationMonteCarlo(
  input: PairedDifferences & { readonly resamples: number; readonly rng: Rng },
): SampledPermutation {
  const { resamples, rng } = input;
  requireCount('resamples', resamples, 1);
  if (resamples > MOST_RESAMPLES) refuse('resamples', resamples, `at most ${String(MOST_RESAMPLES)}`);
  const { sums, mean } = unitsOf(input);
  const units = blocksOf(sums, MOST_BLOCKS);
  if (units.length === 0) return { mean, greater: 1, less: 1, twoSided: 1, units: 0, degenerate: true };
  const observed = sumOf(units);
  const tie = TIE * units.reduce((sum, unit) => sum + Math.abs(unit), 0);
  const tables = signedTables(units);
  let [above, below] = [0, 0];
  for (let resample = 0; resample < resamples; resample++) {
    const sum = drawnSum(tables, rng);
    if (sum >= observed - tie) above++;
    if (sum <= observed + tie) below++;
  }
  const greater = (above + 1) / (resamples + 1);
  const less = (below + 1) / (resamples + 1);
  const twoSided = Math.min(1, 2 * Math.min(greater, less));
  return { mean, greater, less, twoSided, units: units.length, degenerate: false };
}

/** For each eight units the sums of all their signs, one table after the other. */
function signedTables(units: Float64Array): Float64Array {
  const size = 2 ** TOGETHER;
  const tables = new Float64Array(Math.ceil(units.length / TOGETHER) * size);
  for (let place = 0; place < tables.length; place++) {
    const first = Math.floor(place / size) * TOGETHER;
    let sum = 0;
    for (let bit = 0; bit < TOGETHER; bit++)
      sum += ((place >>> bit) & 1) === 1 ? (units[first + bit] ?? 0) : -(units[first + bit] ?? 0);
    tables[place] = sum;
  }
  return tables;
}

function drawnSum(tables: Float64Array, rng: Rng): number {
  const size = 2 ** TOGETHER;
  let [sum, bits, left] = [0, 0, 0];
  for (let table = 0; table < tables.length; table += size) {
    if (left === 0) [bits, left] = [rng.uint32(), 4];
    sum += tables[table + (bits & 255)] ?? 0;
    bits >>>= TOGETHER;
    left--;
  }
  return sum;
}

import type { Level } from './lattice-tails.js';
import { signSumDeviation } from './units.js';

/** Units as whole multiples of a step. */
export interface Lattice {
  /** Magnitudes that are not 0, ascending. */
  readonly levels: readonly Level[];
  /** The weighted sum that was seen. */
  readonly observed: number;
  /** Standard deviation of the weighted sum under random signs. */
  readonly deviation: number;
}

/** Decimals that are tried: metrics are seldom written with more. */
const MOST_DECIMALS = 9;
/** How far from a whole number a multiple may be that is one but for rounding. */
const ROUNDING = 1e-6;
const MOST_WEIGHT = 2 ** 31;

/**
 * The units as whole multiples of 10^-k, without a common divisor.
 *
 * @param most the largest standard deviation of the sum, in steps, that is of use.
 * @returns null where they are none, or only of a finer step.
 */
export function exactLattice(units: Float64Array, most: number): Lattice | null {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const weights = wholeMultiples(units, 10 ** decimals);
    if (weights === null) continue;
    const divisor = commonDivisor(weights);
    if (signSumDeviation(weights) / divisor > most) return null;
    return latticeOf(weights.map((weight) => weight / divisor));
  }
  return null;
}

function wholeMultiples(units: Float64Array, scale: number): Float64Array | null {
  const weights = new Float64Array(units.length);
  for (let index = 0; index < units.length; index++) {
    const multiple = (units[index] ?? 0) * scale;
    const weight = Math.round(multiple);
    if (weight === 0 || Math.abs(weight) > MOST_WEIGHT || Math.abs(multiple - weight) > ROUNDING) return null;
    weights[index] = weight;
  }
  return weights;
}

function commonDivisor(weights: Float64Array): number {
  let divisor = 0;
  for (const weight of weights) {
    for (let rest = Math.abs(weight); rest !== 0;) [divisor, rest] = [rest, divisor % rest];
    if (divisor === 1) break;
  }
  return divisor;
}

/**
 * The units rounded to multiples of a step that leaves the sum a standard deviation of about `deviation` steps. Each magnitude is rounded alike for either sign, so that the rounded sum is a
 * statistic of its own, whose distribution under flips is known exactly: the level of the test is not touched by the rounding, only, by a little, which statistic it looks at.
 */
export function roundedLattice(units: Float64Array, deviation: number): Lattice {
  const scale = deviation / signSumDeviation(units);
  return latticeOf(units.map((unit) => Math.sign(unit) * Math.round(Math.abs(unit) * scale)));
}

function latticeOf(weights: Float64Array): Lattice {
  let [observed, largest] = [0, 0];
  for (const weight of weights) {
    observed += weight;
    largest = Math.max(largest, Math.abs(weight));
  }
  const counts = new Int32Array(largest + 1);
  for (const weight of weights) counts[Math.abs(weight)] = (counts[Math.abs(weight)] ?? 0) + 1;
  const levels: Level[] = [];
  counts.forEach((count, weight) => {
    if (weight > 0 && count > 0) levels.push({ weight, count });
  });
  return { levels, observed, deviation: signSumDeviation(weights) };
}

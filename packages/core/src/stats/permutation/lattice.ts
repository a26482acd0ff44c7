import type { Level } from './lattice-tails.js';

/** Units as whole multiples of a step. */
export interface Lattice {
  /** Signed; in the order of the units. */
  readonly weights: Float64Array;
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

/** The units as whole multiples of 10^-k, without a common divisor; null where they are none. */
export function exactLattice(units: Float64Array): Lattice | null {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const weights = wholeMultiples(units, 10 ** decimals);
    if (weights === null) continue;
    const divisor = weights.reduce((common, weight) => greatestCommonDivisor(common, Math.abs(weight)), 0);
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

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The units rounded to multiples of a step that leaves the sum a standard deviation of about `deviation` steps. Each magnitude is rounded alike for either sign, so that the rounded sum is a
 * statistic of its own, whose distribution under flips is known exactly: the level of the test is not touched by the rounding, only, by a little, which statistic it looks at.
 */
export function roundedLattice(units: Float64Array, spread: number, deviation: number): Lattice {
  const scale = deviation / spread;
  return latticeOf(units.map((unit) => Math.sign(unit) * Math.round(Math.abs(unit) * scale)));
}

function latticeOf(weights: Float64Array): Lattice {
  const magnitudes = weights
    .map(Math.abs)
    .filter((weight) => weight > 0)
    .sort();
  const levels: { weight: number; count: number }[] = [];
  let [observed, squares] = [0, 0];
  for (const weight of weights) observed += weight;
  for (const weight of magnitudes) {
    squares += weight ** 2;
    const last = levels.at(-1);
    if (last?.weight === weight) last.count++;
    else levels.push({ weight, count: 1 });
  }
  return { weights, levels, observed, deviation: Math.sqrt(squares) };
}

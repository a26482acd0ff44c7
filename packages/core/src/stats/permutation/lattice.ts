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
 * The units as whole multiples of a step that leaves their sum a standard deviation of about `deviation` steps. What is
 * cut off or added to a magnitude goes to the next larger one, so that a small effect in many small units is not
 * rounded away. Only magnitudes and the order of the units are looked at, never a sign: the rounded sum is a statistic
 * of its own, whose distribution under flips is known exactly, and the level of the test is not touched by the
 * rounding.
 *
 * @returns also the standard deviation of the rounding, in standard deviations of the sum.
 */
export function roundedLattice(
  units: Float64Array,
  deviation: number,
): { readonly lattice: Lattice; readonly rounding: number } {
  const scale = deviation / signSumDeviation(units);
  const magnitudes = units.map((unit) => Math.abs(unit) * scale);
  const order = Array.from(units.keys()).sort((a, b) => (magnitudes[a] ?? 0) - (magnitudes[b] ?? 0) || a - b);
  const weights = new Float64Array(units.length);
  let [carried, squares] = [0, 0];
  for (const index of order) {
    const magnitude = magnitudes[index] ?? 0;
    const weight = Math.round(magnitude + carried);
    carried += magnitude - weight;
    squares += (magnitude - weight) ** 2;
    weights[index] = (units[index] ?? 0) > 0 ? weight : -weight;
  }
  return { lattice: latticeOf(weights), rounding: Math.sqrt(squares) / deviation };
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

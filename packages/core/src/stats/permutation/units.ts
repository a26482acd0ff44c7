import { refuse, requireNumbers, requireSameLength } from '../arguments.js';
import type { Numbers } from '../arguments.js';

/** What is flipped together: the sums of the groups, or the differences themselves where each stands for itself. */
export interface Units {
  /** All that are not 0, which no flip would change; scaled so that no sum is beyond a double. */
  readonly sums: Float64Array;
  /** Mean of the differences, unscaled. */
  readonly mean: number;
}

export interface PairedDifferences {
  /** Candidate minus baseline, so that above 0 is better; one an example. */
  readonly differences: Numbers;
  /** For each example a whole number that names its group (patient, document, user); without it each is its own. */
  readonly groups?: Int32Array | readonly number[];
}

/** Beyond it differences are scaled down, that their sums and squares stay in range; below, that squares do not vanish. */
const EXTREME = 1e140;

export function unitsOf({ differences, groups }: PairedDifferences): Units {
  requireNumbers('differences', differences);
  let largest = 0;
  for (const difference of differences) largest = Math.max(largest, Math.abs(difference));
  const scale = largest > EXTREME || (largest > 0 && largest < 1 / EXTREME) ? largest : 1;
  const scaled = Float64Array.from(differences, (difference) => difference / scale);
  let sum = 0;
  for (const difference of scaled) sum += difference;
  const sums = groups === undefined ? scaled : groupSums(scaled, groups);
  return { sums: sums.filter((unit) => unit !== 0), mean: (sum / scaled.length) * scale };
}

/** In the order in which the groups first appear. */
function groupSums(differences: Float64Array, groups: Int32Array | readonly number[]): Float64Array {
  requireSameLength('groups', groups.length, differences.length);
  const places = new Map<number, number>();
  const sums = new Float64Array(differences.length);
  for (let index = 0; index < differences.length; index++) {
    const group = groups[index];
    if (!Number.isSafeInteger(group)) refuse(`groups[${String(index)}]`, group, 'a whole number');
    const place = places.get(group ?? 0) ?? places.size;
    places.set(group ?? 0, place);
    sums[place] = (sums[place] ?? 0) + (differences[index] ?? 0);
  }
  return sums.subarray(0, places.size);
}

/**
 * Joins units to at most `most` blocks that are flipped as one. Which unit goes to which block is fixed before anything is looked at, so that the flips of blocks are a part of all
 * flips that is closed in itself, and a test by them has its level; what it loses is as if a t test had that many degrees of freedom. Neighbours go to different blocks, since
 * files are often sorted by a property on which the difference depends.
 */
export function blocksOf(units: Float64Array, most: number): Float64Array {
  if (units.length <= most) return units;
  const blocks = new Float64Array(most);
  units.forEach((unit, index) => (blocks[index % most] = (blocks[index % most] ?? 0) + unit));
  return blocks.filter((block) => block !== 0);
}

export function sumOf(units: Float64Array): number {
  return units.reduce((sum, unit) => sum + unit, 0);
}

/** The standard deviation of the sum when each unit has either sign with 1/2. */
export function signSumDeviation(units: Float64Array): number {
  return Math.sqrt(units.reduce((sum, unit) => sum + unit ** 2, 0));
}

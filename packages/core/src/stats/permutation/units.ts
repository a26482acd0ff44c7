import { refuse, requireList, requireNumbers, requireSameLength } from '../arguments.js';
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

/**
 * Beyond it differences are scaled down, that their sums and squares stay in range; below, that squares do not vanish.
 */
const EXTREME = 1e140;

export function unitsOf({ differences, groups }: PairedDifferences): Units {
  requireNumbers('differences', differences);
  let largest = 0;
  for (const difference of differences) largest = Math.max(largest, Math.abs(difference));
  const scale = largest > EXTREME || (largest > 0 && largest < 1 / EXTREME) ? largest : 1;
  const scaled = new Float64Array(differences);
  if (scale !== 1) scaled.forEach((difference, index) => (scaled[index] = difference / scale));
  const mean = (sumOf(scaled) / scaled.length) * scale;
  return { sums: withoutZeros(groups === undefined ? scaled : groupSums(scaled, groups)), mean };
}

/** The sums of the groups, zeros among them, and how many examples the largest group has. */
export function groupedSums({ differences, groups }: PairedDifferences): {
  readonly sums: Float64Array;
  readonly largestGroup: number;
} {
  if (groups === undefined) return { sums: new Float64Array(differences), largestGroup: 1 };
  const sizes = groupSums(new Float64Array(differences.length).fill(1), groups);
  const largestGroup = sizes.reduce((most, size) => Math.max(most, size), 1);
  return { sums: groupSums(new Float64Array(differences), groups), largestGroup };
}

function withoutZeros(units: Float64Array): Float64Array {
  let kept = 0;
  for (const unit of units) if (unit !== 0) units[kept++] = unit;
  return units.subarray(0, kept);
}

/** In the order in which the groups first appear. */
function groupSums(differences: Float64Array, groups: Int32Array | readonly number[]): Float64Array {
  if (!(groups instanceof Int32Array)) requireList('groups', groups, 1);
  requireSameLength('groups', groups.length, differences.length);
  const placeOf = placesOf(groups);
  const sums = new Float64Array(differences.length);
  let places = 0;
  for (let index = 0; index < differences.length; index++) {
    const place = placeOf(groups[index] ?? 0, places);
    places = Math.max(places, place + 1);
    sums[place] = (sums[place] ?? 0) + (differences[index] ?? 0);
  }
  return sums.subarray(0, places);
}

/**
 * A function from the name of a group to its place, which is the next one for a name that is new: a table where the
 * names are near to each other, which is ten times as fast as a map.
 */
function placesOf(groups: Int32Array | readonly number[]): (group: number, next: number) => number {
  let [least, most] = [Infinity, -Infinity];
  groups.forEach((group: number, index: number) => {
    if (!Number.isSafeInteger(group)) refuse(`groups[${String(index)}]`, group, 'a whole number');
    least = Math.min(least, group);
    most = Math.max(most, group);
  });
  if (most - least >= 4 * groups.length) return byMap(new Map());
  const table = new Int32Array(most - least + 1);
  return (group, next) => (table[group - least] ||= next + 1) - 1;
}

function byMap(places: Map<number, number>): (group: number, next: number) => number {
  return (group, next) => {
    const place = places.get(group) ?? next;
    if (place === next) places.set(group, place);
    return place;
  };
}

/**
 * Joins units to at most `most` blocks that are flipped as one. Which unit goes to which block is fixed before anything
 * is looked at, so that the flips of blocks are a part of all flips that is closed in itself, and a test by them has
 * its level; what it loses is as if a t test had that many degrees of freedom. Neighbours go to different blocks, since
 * files are often sorted by a property on which the difference depends.
 */
export function blocksOf(units: Float64Array, most: number): Float64Array {
  if (units.length <= most) return units;
  const blocks = new Float64Array(most);
  let block = 0;
  for (const unit of units) {
    blocks[block] = (blocks[block] ?? 0) + unit;
    block = block + 1 === most ? 0 : block + 1;
  }
  return withoutZeros(blocks);
}

export function sumOf(units: Float64Array): number {
  let sum = 0;
  for (const unit of units) sum += unit;
  return sum;
}

/** The standard deviation of the sum when each unit has either sign with 1/2. */
export function signSumDeviation(units: Float64Array): number {
  let squares = 0;
  for (const unit of units) squares += unit ** 2;
  return Math.sqrt(squares);
}

import type { Direction } from '../samplers/index.js';

/** A value that a trial told on its way. */
export interface Reading {
  /** How far it had come: epochs, trees, whatever its progress counts; above 0. */
  readonly resource: number;
  readonly value: number;
}

/** What is known of one trial's way. */
export interface Course {
  readonly number: number;
  readonly state: 'running' | 'complete' | 'pruned' | 'failed';
  /** Rising by resource, as `courseOf` gives them. */
  readonly readings: readonly Reading[];
}

/** Says whether a trial is worth its end. */
export interface Pruner {
  /**
   * Depends on nothing but what it is given. A trial is asked after each of its readings; once it is pruned, it stays so.
   *
   * @param trial with the reading that came last as the last.
   * @param others all other trials of the study, in any order, those that were pruned among them.
   * @returns why it should end, in words; undefined to go on.
   */
  reasonToEnd(trial: Course, others: readonly Course[]): string | undefined;
}

/** Readings by resource; of two at the same, the later. What is no number of either is left out, except that NaN is kept as a value. */
export function courseOf(number: number, state: Course['state'], told: readonly Reading[]): Course {
  const readings = new Map(
    told
      .filter(({ resource }) => Number.isFinite(resource) && resource > 0)
      .map((one) => [one.resource, one]),
  );
  return { number, state, readings: [...readings.values()].sort((a, b) => a.resource - b.resource) };
}

/** Whether the first is better; anything is better than NaN. */
export function isBetter(one: number, other: number, direction: Direction): boolean {
  if (Number.isNaN(one) || Number.isNaN(other)) return !Number.isNaN(one);
  return direction === 'minimize' ? one < other : one > other;
}

/** The first reading at or beyond a resource; undefined where a trial has not come so far. */
export function readingAt({ readings }: Course, resource: number): Reading | undefined {
  return readings.find((reading) => reading.resource >= resource);
}

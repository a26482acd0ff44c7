import { pAdjust } from '../../stats/index.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows, Segment } from '../examples.js';
import { groupsOf } from '../level.js';
import { badnessOf } from './badness.js';
import { segmentsOf } from './segments.js';
import { searchedOf, segmentTest } from './segment-test.js';
import type { Searched, SegmentTest } from './segment-test.js';

/** A part of the examples on which the model is worse than on the rest, beyond what so much looking finds by chance. */
export interface WeakSegment {
  readonly segment: Segment;
  /** Examples in it. */
  readonly n: number;
  /** Mean badness in it, and of all others. */
  readonly inside: number;
  readonly outside: number;
  /** One-sided, adjusted by Holm (1979) for all segments that were looked at. */
  readonly p: number;
}

export interface WeakSegments {
  /** What is worse there: `error rate`, `loss`, `mae`, `log_loss`. */
  readonly by: string;
  /** Segments that were looked at, large enough to tell. */
  readonly searched: number;
  /** Worst first; at most ten. */
  readonly found: readonly WeakSegment[];
}

/** Fewer examples, in the segment or outside of it, tell too little. */
const smallest = 30;
const mostFound = 10;
/** Chance that anything is found where nothing is. */
const alpha = 0.05;

interface Looked extends SegmentTest {
  readonly segment: Segment;
  readonly places: Int32Array;
}

/**
 * Looks at every value of every slice, and at every pair of two, and tests whether the model is worse there than on the rest. What is found is adjusted for all
 * that was looked at: where nothing is wrong, anything at all is found with a chance of at most 5%. A pair is told only if it is worse than each of
 * its parts that is told.
 *
 * @returns undefined where there are no slices, or nothing tells how bad an answer is.
 */
export function weakSegments(evaluation: Evaluation, rows: Rows): WeakSegments | undefined {
  const badness = badnessOf(evaluation, rows);
  if (badness === undefined || Object.keys(evaluation.examples.slices).length === 0) return undefined;
  const searched = searchedOf(badness, groupsOf(evaluation, rows));
  const looked: Looked[] = [];
  for (const { segment, places } of segmentsOf(evaluation.examples, rows, smallest)) {
    const test = segmentTest(searched, places);
    if (test !== undefined) looked.push({ segment, places, ...test });
  }
  if (looked.length === 0) return { by: badness.name, searched: 0, found: [] };
  const adjusted = pAdjust({ pValues: looked.map(({ p }) => p) }).holm;
  const weak = looked
    .map((one, index) => ({ ...one, p: adjusted[index] ?? 1 }))
    .filter(({ p }) => p <= alpha);
  const told = weak.filter((one) => isWorseThanParts(one, weak, { searched, looked: looked.length }));
  return { by: badness.name, searched: looked.length, found: worstFirst(told).slice(0, mostFound) };
}

function worstFirst(found: readonly Looked[]): readonly WeakSegment[] {
  return [...found]
    .sort((a, b) => a.p - b.p || b.inside - b.outside - (a.inside - a.outside))
    .map(({ segment, places, inside, outside, p }) => ({ segment, n: places.length, inside, outside, p }));
}

interface Search {
  readonly searched: Searched;
  /** Segments. */
  readonly looked: number;
}

function isWorseThanParts(one: Looked, weak: readonly Looked[], { searched, looked }: Search): boolean {
  if (one.segment.length < 2) return true;
  const own = new Set(one.places);
  const parts = weak.filter(
    ({ segment: [part, ...more] }) =>
      more.length === 0 && one.segment.some(({ key, value }) => key === part?.key && value === part.value),
  );
  return parts.every((part) => {
    const rest = part.places.filter((place) => !own.has(place));
    if (rest.length < smallest) return false;
    return (segmentTest(searched, one.places, rest)?.p ?? 1) <= alpha / looked;
  });
}

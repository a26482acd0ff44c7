import { compareText } from '../../kernel/index.js';
import type { Codes } from '../columns.js';
import type { Examples, Rows, Segment } from '../examples.js';

/** A segment and the places, in a list of rows, of those that lie in it. */
export interface SegmentPlaces {
  readonly segment: Segment;
  /** Rising. */
  readonly places: Int32Array;
}

/** Keys whose pairs are looked at; with more of them it is the first by name. */
const mostPairedKeys = 12;
const mostSegments = 5000;

/**
 * The segments of some rows that have at least `smallest` examples inside and outside: each value of each slice, and each pair of values of two slices that is
 * not one of its parts. By name, so that the same predictions give the same segments; at most 5,000.
 */
export function segmentsOf(examples: Examples, rows: Rows, smallest: number): readonly SegmentPlaces[] {
  const keys = Object.keys(examples.slices).sort(compareText);
  const isLarge = ({ places }: SegmentPlaces): boolean =>
    places.length >= smallest && rows.length - places.length >= smallest;
  const single = keys.flatMap((key) => valuesOf(key, examples.slices[key], rows)).filter(isLarge);
  const found = [...single];
  const sizes = new Map(single.map(({ segment, places }) => [segmentName(segment), places.length]));
  const paired = keys.slice(0, mostPairedKeys);
  for (const [at, first] of paired.entries())
    for (const second of paired.slice(at + 1)) {
      if (found.length >= mostSegments) break;
      const pairs = pairsOf([first, second], examples, rows).filter(isLarge);
      found.push(
        ...pairs.filter(({ segment, places }) =>
          segment.every((part) => sizes.get(segmentName([part])) !== places.length),
        ),
      );
    }
  return found.slice(0, mostSegments);
}

/** `lang=de`, `lang=de, channel=app`. */
export function segmentName(segment: Segment): string {
  return segment.map(({ key, value }) => `${key}=${String(value)}`).join(', ');
}

/** Rows by the value of a slice, most first. */
export function valuesOf(key: string, column: Codes | undefined, rows: Rows): readonly SegmentPlaces[] {
  if (column === undefined) return [];
  const byCode = placesBy(rows, (row) => column.codes[row] ?? -1);
  return sorted(
    [...byCode].flatMap(([code, places]) => {
      const value = column.values[code];
      return value === undefined ? [] : [{ segment: [{ key, value }], places }];
    }),
  );
}

function pairsOf([first, second]: readonly [string, string], { slices }: Examples, rows: Rows) {
  const [a, b] = [slices[first], slices[second]];
  if (a === undefined || b === undefined) return [];
  const width = b.values.length;
  const byCode = placesBy(rows, (row) => {
    const [one, other] = [a.codes[row] ?? -1, b.codes[row] ?? -1];
    return one < 0 || other < 0 ? -1 : one * width + other;
  });
  return sorted(
    [...byCode].flatMap(([code, places]) => {
      const [one, other] = [a.values[Math.floor(code / width)], b.values[code % width]];
      if (one === undefined || other === undefined) return [];
      return [
        {
          segment: [
            { key: first, value: one },
            { key: second, value: other },
          ],
          places,
        },
      ];
    }),
  );
}

function placesBy(rows: Rows, codeOf: (row: number) => number): ReadonlyMap<number, Int32Array> {
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(codeOf(row), (sizes.get(codeOf(row)) ?? 0) + 1);
  sizes.delete(-1);
  const places = new Map([...sizes].map(([code, size]) => [code, { list: new Int32Array(size), next: 0 }]));
  rows.forEach((row, place) => {
    const entry = places.get(codeOf(row));
    if (entry !== undefined) entry.list[entry.next++] = place;
  });
  return new Map([...places].map(([code, { list }]) => [code, list]));
}

function sorted(segments: readonly SegmentPlaces[]): readonly SegmentPlaces[] {
  return [...segments].sort(
    (a, b) =>
      b.places.length - a.places.length || compareText(segmentName(a.segment), segmentName(b.segment)),
  );
}

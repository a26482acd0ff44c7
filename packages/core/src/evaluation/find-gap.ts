import { isSet } from './columns.js';
import type { Examples } from './examples.js';

/** A row without a value in a column that other rows of its split fill. */
export interface Gap {
  readonly column: string;
  readonly row: number;
}

/**
 * The first row that lacks what others of its split have: it would drop out of a measure, unseen. Slices may have gaps, and rows of
 * behavioural tests.
 */
export function findGap(examples: Examples): Gap | undefined {
  const places = placesOf(examples);
  for (const [column, isThere] of Object.entries(columnsOf(examples))) {
    const row = isThere === undefined ? undefined : gapIn(isThere, places);
    if (row !== undefined) return { column, row };
  }
  return undefined;
}

type IsThere = ((row: number) => boolean) | undefined;

function columnsOf(examples: Examples): Readonly<Record<string, IsThere>> {
  const { label, prediction, group, score, correct, loss, latency } = examples;
  const numbers = (column: Float64Array | undefined): IsThere =>
    column && ((row) => !Number.isNaN(column[row]));
  return {
    label: label && ((row) => isSet(label, row)),
    prediction: prediction && ((row) => isSet(prediction, row)),
    group: group && ((row) => (group.codes[row] ?? -1) >= 0),
    score: numbers(score?.kind === 'classes' ? score.top : score?.values),
    correct: numbers(correct),
    loss: numbers(loss),
    latency: numbers(latency),
  };
}

/** The number of each row's split, 0 for the test set, which may be written out or left away; -1 for behavioural tests. */
function placesOf({ n, split, behaviour }: Examples): Int32Array {
  const numbers = split?.values.map((value, index) => (value === 'test' ? 0 : index + 1)) ?? [];
  const places = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    const isBehaviour = (behaviour?.cases.codes[row] ?? -1) >= 0;
    places[row] = isBehaviour ? -1 : (numbers[split?.codes[row] ?? -1] ?? 0);
  }
  return places;
}

function gapIn(isThere: (row: number) => boolean, places: Int32Array): number | undefined {
  const filled = new Set<number>();
  const missing = new Map<number, number>();
  places.forEach((place, row) => {
    if (place < 0) return;
    if (isThere(row)) filled.add(place);
    else if (!missing.has(place)) missing.set(place, row);
  });
  return [...missing].find(([place]) => filled.has(place))?.[1];
}

import type { Codes, Values } from './columns.js';
import type { Scalar } from './prediction-row.js';
import type { Scores } from './score-column.js';

/**
 * The rows of a predictions file in columns: a million of them take some hundred megabytes. Absent columns are
 * undefined; of the rows of one split either all have a value in a column or none (but for slices).
 */
export interface Examples {
  /** Rows. */
  readonly n: number;
  /** Distinct, in the order of the file. */
  readonly ids: readonly (string | number)[];
  readonly split?: Codes | undefined;
  readonly group?: Codes | undefined;
  /** By the slice's name; a slice without a name has the name `slice`. */
  readonly slices: Readonly<Record<string, Codes>>;
  readonly label?: Values | undefined;
  readonly prediction?: Values | undefined;
  readonly score?: Scores | undefined;
  /** 1 right, 0 wrong, NaN absent. */
  readonly correct?: Float64Array | undefined;
  /** NaN where absent, as below. */
  readonly loss?: Float64Array | undefined;
  /** Milliseconds. */
  readonly latency?: Float64Array | undefined;
  /** Rows of behavioural tests; they belong to no test set. */
  readonly behaviour?: BehaviourRows | undefined;
}

export interface BehaviourRows {
  readonly cases: Codes<string>;
  /** The row that each was made from; -1 where it names none. */
  readonly of: Int32Array;
}

/** Rows by their numbers in the file, from 0. */
export type Rows = Int32Array;

/** A part of the rows: every named slice has its value. */
export type Segment = readonly { readonly key: string; readonly value: Scalar }[];

/** The rows that a gate judges on: `split` is `test` or absent. */
export function testRows(examples: Examples): Rows {
  return rowsWhere(examples, (split) => split === undefined || split === 'test');
}

/** The rows that anybody may look at: `split` is anything but `test`. */
export function freeRows(examples: Examples): Rows {
  return rowsWhere(examples, (split) => split !== undefined && split !== 'test');
}

/** All rows but those of behavioural tests. */
export function ordinaryRows(examples: Examples): Rows {
  return rowsWhere(examples, () => true);
}

/** Of these rows the ones that lie in a segment. */
export function rowsIn(examples: Examples, rows: Rows, segment: Segment): Rows {
  return rows.filter(segmentTest(examples, segment));
}

/** Whether a row lies in a segment. */
export function segmentTest({ slices }: Examples, segment: Segment): (row: number) => boolean {
  const tests = segment.map(({ key, value }) => {
    const column = Object.hasOwn(slices, key) ? slices[key] : undefined;
    const code = column?.values.indexOf(value) ?? -1;
    return (row: number): boolean => code !== -1 && column?.codes[row] === code;
  });
  const [only] = tests;
  // Nearly always there is one, and a million rows are asked.
  return only !== undefined && tests.length === 1 ? only : (row) => tests.every((test) => test(row));
}

function rowsWhere(
  { n, split, behaviour }: Examples,
  isWanted: (split: Scalar | undefined) => boolean,
): Rows {
  const wanted = split?.values.map((value) => isWanted(value));
  const withoutSplit = isWanted(undefined);
  const rows = new Int32Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) {
    if ((behaviour?.cases.codes[row] ?? -1) >= 0) continue;
    const code = split?.codes[row] ?? -1;
    if (code < 0 ? withoutSplit : wanted?.[code] === true) rows[count++] = row;
  }
  return rows.slice(0, count);
}

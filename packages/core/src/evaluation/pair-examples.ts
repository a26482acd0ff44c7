import { canonicalJson } from '../kernel/index.js';
import type { JsonValue } from '../kernel/index.js';
import { valueAt } from './columns.js';
import type { Codes, Values } from './columns.js';
import { segmentTest, testRows } from './examples.js';
import type { Examples, Rows, Segment } from './examples.js';

/** The same examples in both files, in the candidate's order. */
export interface Pairs {
  readonly candidate: Rows;
  readonly baseline: Rows;
}

/** Pairs, or why the two are no answers to the same examples. */
export type Pairing = ({ readonly ok: true } & Pairs) | { readonly ok: false; readonly why: string };

/**
 * Pairs the test sets of two files by id. They must be the same examples: with the same labels, groups and slices. What is on one side
 * alone is never left out in silence, for leaving out hard examples would make any model better.
 *
 * @param rows which rows of each are meant; by default their test sets.
 */
export function pairExamples(
  candidate: Examples,
  baseline: Examples,
  rows: (examples: Examples) => Rows = testRows,
): Pairing {
  const [own, others] = [rows(candidate), rows(baseline)];
  const partners = partnersOf(candidate, own, { baseline, others });
  if (!(partners instanceof Int32Array)) return { ok: false, why: partners };
  const pairs = { candidate: own, baseline: partners };
  const why = whatChanged(candidate, baseline, pairs);
  return why === undefined ? { ok: true, ...pairs } : { ok: false, why };
}

/** Of these pairs the ones that lie in a segment. */
export function pairsIn(candidate: Examples, pairs: Pairs, segment: Segment): Pairs {
  const isIn = segmentTest(candidate, segment);
  const own = new Int32Array(pairs.candidate.length);
  const others = new Int32Array(own.length);
  let count = 0;
  for (let index = 0; index < own.length; index++) {
    const row = pairs.candidate[index] ?? -1;
    if (!isIn(row)) continue;
    own[count] = row;
    others[count++] = pairs.baseline[index] ?? -1;
  }
  return { candidate: own.slice(0, count), baseline: others.slice(0, count) };
}

interface Others {
  readonly baseline: Examples;
  readonly others: Rows;
}

/** The row of each of the candidate's rows in the other file, or what is missing where. */
function partnersOf(candidate: Examples, own: Rows, { baseline, others }: Others): Rows | string {
  const inOrder =
    own.length === others.length &&
    own.every((row, index) => candidate.ids[row] === baseline.ids[others[index] ?? -1]);
  if (inOrder) return others;
  const rowOf = new Map<string | number, number>();
  for (const row of others) rowOf.set(baseline.ids[row] ?? '', row);
  const partners = own.map((row) => rowOf.get(candidate.ids[row] ?? '') ?? -1);
  const lacking = partners.reduce((count, partner) => count + (partner === -1 ? 1 : 0), 0);
  const extra = others.length - (own.length - lacking);
  if (lacking === 0 && extra === 0) return partners;
  const texts = [];
  if (lacking > 0) {
    const first = candidate.ids[own[partners.indexOf(-1)] ?? -1];
    texts.push(
      `${examplesText(lacking)} of the candidate ${isAre(lacking)} not among the baseline’s, such as ${JSON.stringify(first)}`,
    );
  }
  if (extra > 0) {
    const known = new Set(own.map((row, index) => partners[index] ?? row));
    const first = others.find((row) => !known.has(row)) ?? -1;
    texts.push(
      `${examplesText(extra)} of the baseline ${isAre(extra)} not among the candidate’s, such as ${JSON.stringify(baseline.ids[first])}`,
    );
  }
  return texts.join('; ');
}

const examplesText = (count: number): string => `${String(count)} ${count === 1 ? 'example' : 'examples'}`;
const isAre = (count: number): string => (count === 1 ? 'is' : 'are');

function whatChanged(candidate: Examples, baseline: Examples, pairs: Pairs): string | undefined {
  const columns: [string, Column | undefined, Column | undefined][] = [
    ['label', candidate.label, baseline.label],
    ['group', asValues(candidate.group), asValues(baseline.group)],
  ];
  for (const key of new Set([...Object.keys(candidate.slices), ...Object.keys(baseline.slices)]))
    columns.push([`slice ${key}`, sliceOf(candidate, key), sliceOf(baseline, key)]);
  for (const [name, own, other] of columns) {
    const at = firstDifference(own, other, pairs);
    if (at === -1) continue;
    const [id, before, now] = [
      candidate.ids[pairs.candidate[at] ?? -1],
      shown(other, pairs.baseline[at]),
      shown(own, pairs.candidate[at]),
    ];
    return `the ${name} of example ${JSON.stringify(id)} is ${now} for the candidate and ${before} for the baseline`;
  }
  return undefined;
}

type Column = Values;

/** Slices have names like `constructor` too. */
function sliceOf({ slices }: Examples, key: string): Column | undefined {
  return Object.hasOwn(slices, key) ? asValues(slices[key]) : undefined;
}

function asValues(codes: Codes | undefined): Column | undefined {
  return codes && { kind: 'codes', ...codes };
}

function shown(column: Column | undefined, row: number | undefined): string {
  const value = column && valueAt(column, row ?? -1);
  return value === undefined ? 'absent' : canonicalJson(value).slice(0, 60);
}

/** The first pair of which the two say something else; -1 where there is none. */
function firstDifference(
  own: Column | undefined,
  other: Column | undefined,
  { candidate, baseline }: Pairs,
): number {
  if (own === undefined && other === undefined) return -1;
  const [a, b] = commonNumbers(own, other);
  return candidate.findIndex((row, index) => a(row) !== b(baseline[index] ?? -1));
}

type NumberAt = (row: number) => number;

/** Numbers that are equal where the values are; -1 where there is none. */
function commonNumbers(own: Column | undefined, other: Column | undefined): readonly [NumberAt, NumberAt] {
  if (own?.kind === 'numbers' && other?.kind === 'numbers') {
    const at =
      ({ numbers }: typeof own): NumberAt =>
      (row) =>
        numbers[row] ?? NaN;
    const same =
      (read: NumberAt): NumberAt =>
      (row) =>
        Number.isNaN(read(row)) ? Infinity : read(row);
    return [same(at(own)), same(at(other))];
  }
  if (own?.kind === 'codes' && other?.kind === 'codes' && areSame(own.values, other.values))
    return [own, other].map(
      ({ codes }): NumberAt =>
        (row) =>
          codes[row] ?? -1,
    ) as [NumberAt, NumberAt];
  const known = new Map<string, number>();
  return [codeReader(own, known), codeReader(other, known)];
}

/** Two files in one order mostly meet their values in one order too. */
function areSame(values: readonly JsonValue[], others: readonly JsonValue[]): boolean {
  return values.length === others.length && values.every((value, index) => value === others[index]);
}

function codeReader(column: Column | undefined, known: Map<string, number>): NumberAt {
  if (column === undefined) return () => -1;
  const codeOf = (value: JsonValue | undefined): number => {
    if (value === undefined) return -1;
    const key = canonicalJson(value);
    const code = known.get(key) ?? known.size;
    known.set(key, code);
    return code;
  };
  if (column.kind === 'numbers') return (row) => codeOf(valueAt(column, row));
  const codes = column.values.map(codeOf);
  return (row) => codes[column.codes[row] ?? -1] ?? -1;
}

import type { JsonValue } from '../kernel/index.js';
import type { FlatColumn } from './flat-row.js';

/**
 * What a field of CSV stands for, which has texts alone: an empty one is absent; `1`, `0.5` and `1e-3` are numbers, but not `007`;
 * everything else is a text. An id is a number only where it is a whole one that loses no digit.
 */
export function csvValue(
  { key, entry }: Pick<FlatColumn, 'key' | 'entry'>,
  text: string,
): JsonValue | undefined {
  if (text === '') return undefined;
  return key === 'behaviour' && entry === 'case' ? text : readers[key](text);
}

const measured = (text: string): JsonValue => nonFinite.get(text) ?? numberOrText(text);

const readers: Readonly<Record<FlatColumn['key'], (text: string) => JsonValue>> = {
  id: idOf,
  behaviour: idOf,
  split: (text) => text,
  correct: (text) => truths.get(text) ?? numberOrText(text),
  score: measured,
  loss: measured,
  latency: measured,
  group: numberOrText,
  slice: numberOrText,
  label: numberOrText,
  prediction: numberOrText,
};

/** As JSON, Python and R write them. */
const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

/** To be told apart from a wrong type, which has another mend. */
const nonFinite: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['NaN', NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
  ['Inf', Infinity],
  ['-Inf', -Infinity],
]);

function idOf(text: string): number | string {
  const number = Number(text);
  return /^(?:0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

function numberOrText(text: string): number | string {
  return /^-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(text) && /^-?\.?\d/.test(text)
    ? Number(text)
    : text;
}

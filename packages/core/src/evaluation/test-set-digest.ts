import { createHash } from 'node:crypto';

import { canonicalJson, compareText, fromHex } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { valueAt } from './columns.js';
import type { Codes, Values } from './columns.js';
import { testRows } from './examples.js';
import type { Examples, Rows } from './examples.js';

/**
 * What a test set is: the sha256 of one line for each of its examples, the canonical JSON of `[id, label, group, {slices}]` with null
 * for what is absent, by rising id, numbers before texts. The order of the file and what a model said of the examples do not count.
 */
export function testSetDigest(examples: Examples): Digest {
  const hash = createHash('sha256');
  const label = textReader(examples.label);
  const group = textReader(examples.group && { kind: 'codes', ...examples.group });
  const slices = slicesReader(examples.slices);
  let lines = '';
  for (const row of byId(examples, testRows(examples))) {
    lines += `[${canonicalJson(examples.ids[row])},${label(row)},${group(row)},${slices(row)}]\n`;
    if (lines.length < 65_536) continue;
    hash.update(lines);
    lines = '';
  }
  return fromHex(hash.update(lines).digest('hex'));
}

/** Sorting costs most of the time, and files mostly are in order, or in runs, which the sort of a plain array makes use of. */
function byId({ ids }: Examples, rows: Rows): Rows {
  const compare = (a: number, b: number): number => compareIds(ids[a] ?? '', ids[b] ?? '');
  const isSorted = rows.every((row, index) => index === 0 || compare(rows[index - 1] ?? -1, row) < 0);
  return isSorted ? rows : Int32Array.from([...rows].sort(compare));
}

function compareIds(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareText(a, b);
}

type TextAt = (row: number) => string;

function textReader(column: Values | undefined): TextAt {
  if (column === undefined) return () => 'null';
  if (column.kind === 'numbers')
    return (row) => {
      const value = valueAt(column, row);
      return value === undefined ? 'null' : canonicalJson(value);
    };
  const texts = column.values.map((value) => canonicalJson(value));
  return (row) => texts[column.codes[row] ?? -1] ?? 'null';
}

function slicesReader(slices: Readonly<Record<string, Codes>>): TextAt {
  const columns = Object.keys(slices)
    .sort(compareText)
    .flatMap((key) => {
      const codes = slices[key];
      return codes === undefined
        ? []
        : [
            {
              codes: codes.codes,
              texts: codes.values.map((value) => `${JSON.stringify(key)}:${canonicalJson(value)}`),
            },
          ];
    });
  return (row) => {
    let text = '';
    for (const { codes, texts } of columns) {
      const entry = texts[codes[row] ?? -1];
      if (entry !== undefined) text += text === '' ? entry : `,${entry}`;
    }
    return `{${text}}`;
  };
}

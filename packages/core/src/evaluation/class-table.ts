import { canonicalJson, compareText } from '../kernel/index.js';
import type { JsonValue } from '../kernel/index.js';
import type { Values } from './columns.js';
import { ordinaryRows } from './examples.js';
import type { Examples } from './examples.js';
import type { NoSample } from './sample.js';

/** Beyond it, labels are surely no classes; bounds what a table of classes takes. */
const mostClasses = 65_536;

/** Labels and predictions as numbers of classes. */
export interface ClassTable {
  readonly kind: 'classes';
  readonly classes: readonly JsonValue[];
  /** By row; -1 where there is none. */
  readonly label: Int32Array;
  /** By row; undefined where the file has no predictions. */
  readonly prediction: Int32Array | undefined;
  /** The classes that labels name, by rising label: numbers by value before texts by UTF-16 code unit. */
  readonly labels: readonly number[];
  /** All labels and predictions are whole numbers, texts or booleans that look like classes rather than measurements. */
  readonly looksLikeClasses: boolean;
}

export function classTable(examples: Examples): ClassTable | NoSample {
  if (examples.label === undefined) return { kind: 'none', why: 'there is no label' };
  const classes = new Classes();
  const label = classes.codesOf(examples.label, examples.n);
  const prediction = examples.prediction && classes.codesOf(examples.prediction, examples.n);
  if (label === undefined || (examples.prediction !== undefined && prediction === undefined))
    return { kind: 'none', why: `there are more than ${String(mostClasses)} different labels` };
  const rows = ordinaryRows(examples);
  const seen = new Set<number>();
  for (const row of rows) if ((label[row] ?? -1) >= 0) seen.add(label[row] ?? -1);
  const labels = [...seen].sort((a, b) => compareValues(classes.values[a], classes.values[b]));
  const looksLikeClasses = isCategorical(classes.values, { labels: labels.length, rows: rows.length });
  return { kind: 'classes', classes: classes.values, label, prediction, labels, looksLikeClasses };
}

/** Whole numbers are classes where each is seen twice on average; a handful always is. */
function isCategorical(
  values: readonly JsonValue[],
  { labels, rows }: { readonly labels: number; readonly rows: number },
): boolean {
  if (values.some((value) => typeof value === 'number' && !Number.isInteger(value))) return false;
  return labels <= 2 || labels * 2 <= rows || values.every((value) => typeof value !== 'number');
}

class Classes {
  readonly values: JsonValue[] = [];
  readonly #codes = new Map<unknown, number>();

  codesOf(column: Values, n: number): Int32Array | undefined {
    const codes = new Int32Array(n).fill(-1);
    if (column.kind === 'codes') {
      if (column.values.length > mostClasses) return undefined;
      const mapped = column.values.map((value) => this.#code(value));
      for (let row = 0; row < n; row++) codes[row] = mapped[column.codes[row] ?? -1] ?? -1;
      return codes;
    }
    for (let row = 0; row < n; row++) {
      const number = column.numbers[row] ?? NaN;
      if (Number.isNaN(number)) continue;
      codes[row] = this.#code(number);
      if (this.values.length > mostClasses) return undefined;
    }
    return codes;
  }

  #code(value: JsonValue): number {
    // Numbers stand for themselves; other values for their JSON, which is never a number.
    const key = typeof value === 'number' ? value : canonicalJson(value);
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    this.#codes.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

function compareValues(a: JsonValue = null, b: JsonValue = null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return compareText(canonicalJson(a), canonicalJson(b));
}

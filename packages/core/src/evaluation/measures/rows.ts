import type { Values } from '../columns.js';
import type { Rows } from '../examples.js';

/** The numbers of some rows; undefined unless all of them have one. */
export function numbersOf(column: Float64Array | undefined, rows: Rows): Float64Array | undefined {
  if (column === undefined) return undefined;
  const numbers = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const value = column[rows[index] ?? -1] ?? NaN;
    if (Number.isNaN(value)) return undefined;
    numbers[index] = value;
  }
  return numbers;
}

/** The codes of some rows; undefined unless all of them have one. */
export function codesOf(column: Int32Array | undefined, rows: Rows): Int32Array | undefined {
  if (column === undefined) return undefined;
  const codes = new Int32Array(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const code = column[rows[index] ?? -1] ?? -1;
    if (code < 0) return undefined;
    codes[index] = code;
  }
  return codes;
}

/** Numbers as labels or predictions. */
export function measuredOf(column: Values | undefined, rows: Rows): Float64Array | undefined {
  return column?.kind === 'numbers' ? numbersOf(column.numbers, rows) : undefined;
}

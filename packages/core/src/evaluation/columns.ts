import { canonicalJson } from '../kernel/index.js';
import type { JsonValue } from '../kernel/index.js';
import type { Scalar } from './prediction-row.js';

/** Categories as numbers: `values[codes[row]]`; -1 where the row has none. */
export interface Codes<T = Scalar> {
  readonly codes: Int32Array;
  readonly values: readonly T[];
}

/** Labels or predictions: plain numbers where all of them are, else codes of any JSON values. */
export type Values =
  /** NaN where the row has none. */
  | { readonly kind: 'numbers'; readonly numbers: Float64Array }
  | ({ readonly kind: 'codes' } & Codes<JsonValue>);

/** Numbers by row while rows come in; NaN where nothing was set. */
export class NumberColumn {
  #values = new Float64Array(0);
  #any = false;

  set(row: number, value: number): void {
    if (row >= this.#values.length) this.#grow(row);
    this.#values[row] = value;
    this.#any = true;
  }

  at(row: number): number {
    return this.#values[row] ?? NaN;
  }

  #grow(row: number): void {
    const grown = new Float64Array(roomFor(row)).fill(NaN, this.#values.length);
    grown.set(this.#values);
    this.#values = grown;
  }

  /** @returns one number a row; undefined when nothing was set. */
  finish(rows: number): Float64Array | undefined {
    if (!this.#any) return undefined;
    if (rows > this.#values.length) this.#grow(rows - 1);
    return this.#values.slice(0, rows);
  }
}

/** Categories by row while rows come in. Whatever JSON calls equal has one code. */
export class CodeColumn<T extends JsonValue = Scalar> {
  #codes = new Int32Array(0);
  readonly #known = new Map<unknown, number>();
  /** By canonical JSON. Apart from the others, for a text may look like one of these. */
  readonly #structured = new Map<string, number>();
  readonly #values: T[] = [];

  set(row: number, value: T): void {
    if (row >= this.#codes.length) this.#grow(row);
    this.#codes[row] = this.#codeOf(value);
  }

  #codeOf(value: T): number {
    const isStructured = typeof value === 'object' && value !== null;
    const known: Map<unknown, number> = isStructured ? this.#structured : this.#known;
    const key = isStructured ? canonicalJson(value) : value;
    const code = known.get(key);
    if (code !== undefined) return code;
    const own = typeof value === 'string' ? (ownText(value) as T) : value;
    known.set(isStructured ? key : own, this.#values.length);
    return this.#values.push(own) - 1;
  }

  #grow(row: number): void {
    const grown = new Int32Array(roomFor(row)).fill(-1, this.#codes.length);
    grown.set(this.#codes);
    this.#codes = grown;
  }

  /** @returns one code a row; undefined when nothing was set. */
  finish(rows: number): Codes<T> | undefined {
    if (this.#values.length === 0) return undefined;
    if (rows > this.#codes.length) this.#grow(rows - 1);
    return { codes: this.#codes.slice(0, rows), values: this.#values };
  }
}

/** Labels or predictions while rows come in: numbers until one of them is something else. */
export class ValueColumn {
  #numbers: NumberColumn | undefined = new NumberColumn();
  #codes: CodeColumn<JsonValue> | undefined;

  set(row: number, value: JsonValue): void {
    if (this.#numbers !== undefined && typeof value === 'number') this.#numbers.set(row, value);
    else this.#coded(row).set(row, value);
  }

  #coded(rows: number): CodeColumn<JsonValue> {
    if (this.#codes !== undefined) return this.#codes;
    this.#codes = new CodeColumn<JsonValue>();
    const before = rows === 0 ? undefined : this.#numbers?.finish(rows);
    this.#numbers = undefined;
    before?.forEach((number, row) => {
      if (!Number.isNaN(number)) this.#codes?.set(row, number);
    });
    return this.#codes;
  }

  finish(rows: number): Values | undefined {
    const numbers = this.#numbers?.finish(rows);
    if (numbers !== undefined) return { kind: 'numbers', numbers };
    const codes = this.#codes?.finish(rows);
    return codes === undefined ? undefined : { kind: 'codes', ...codes };
  }
}

/** Has the row a value? */
export function isSet(values: Values, row: number): boolean {
  return values.kind === 'numbers' ? !Number.isNaN(values.numbers[row]) : (values.codes[row] ?? -1) >= 0;
}

export function valueAt(values: Values, row: number): JsonValue | undefined {
  if (!isSet(values, row)) return undefined;
  return values.kind === 'numbers' ? values.numbers[row] : values.values[values.codes[row] ?? -1];
}

/** A text that was cut from a longer one keeps all of that in memory: this one stands alone. */
export function ownText(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}

function roomFor(row: number): number {
  return Math.max(1024, 2 ** Math.ceil(Math.log2(row + 1)));
}

import type { JsonObject } from '../../../kernel/index.js';

/** What a params file holds. */
export interface ParamsReading {
  readonly values: JsonObject;
  /** Dotted names of the maps that a Python file holds as classes. */
  readonly classes: readonly string[];
  /** Dotted names of tuples, which stand in `values` as lists. */
  readonly tuples: readonly string[];
  readonly uncarried: readonly Uncarried[];
}

/** Something of a params file that is not among its values. */
export interface Uncarried {
  /**
   * - `expression`: a name whose value is computed. DVC passes it over.
   * - `statement`: code without a name of its own. DVC passes it over.
   * - `value`: a parameter to DVC, and nothing that JSON can hold.
   */
  readonly kind: 'expression' | 'statement' | 'value';
  /** `Train.lr`; '' for a statement. */
  readonly name: string;
  /** `params.py:3:7`, or the file alone where the place is not known. */
  readonly where: string;
  /** `a set`, `the expression os.cpu_count()`. */
  readonly what: string;
}

export const nothing: ParamsReading = { values: {}, classes: [], tuples: [], uncarried: [] };

import type { JsonObject, JsonValue } from '../kernel/index.js';
import type { RowFault } from './prediction-row.js';

/** Columns of a table that stand for one key of a row. */
const plainNames = [
  'id',
  'group',
  'slice',
  'split',
  'label',
  'prediction',
  'score',
  'correct',
  'loss',
  'latency',
] as const;
/** Keys whose maps have a column for each entry: `slice.lang`, `score.spam`, `behaviour.case`. */
const mapNames = ['slice', 'score', 'behaviour'] as const;

/** A column that is read: `slice.lang` is the entry `lang` of `slice`. */
export interface FlatColumn {
  readonly index: number;
  readonly name: string;
  readonly key: (typeof plainNames)[number] | (typeof mapNames)[number];
  readonly entry?: string;
}

/** How the rows of a table become rows as JSON has them. */
export class FlatRows {
  readonly columns: readonly FlatColumn[];

  /** @param names those of all columns, in their order. */
  constructor(names: readonly string[]) {
    this.columns = names.flatMap((name, index) => columnOf(name, index) ?? []);
  }

  /** What is wrong with the columns as they are. */
  get fault(): RowFault | undefined {
    const names = this.columns.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) return { what: `has two columns ${twice}`, fix: 'Leave one of them out.' };
    for (const key of ['slice', 'score'] as const) {
      const entry = this.columns.find((column) => column.key === key && column.entry !== undefined);
      if (entry !== undefined && names.includes(key))
        return { what: `has the columns ${key} and ${entry.name}`, fix: `Name the first one ${key}.… too.` };
    }
    if (names.includes('id')) return undefined;
    return {
      what: 'has no column id',
      fix: 'Give every example an id, so that two models can be compared on it.',
    };
  }

  /** @param valueOf null or undefined where the row has none. */
  row(valueOf: (column: FlatColumn) => JsonValue | undefined): JsonObject {
    const row: Record<string, JsonValue> = {};
    const maps: Record<string, Record<string, JsonValue>> = {};
    for (const column of this.columns) {
      const value = valueOf(column);
      if (value === undefined || value === null) continue;
      if (column.entry === undefined) row[column.key] = value;
      else (maps[column.key] ??= {})[column.entry] = value;
    }
    return { ...row, ...maps };
  }
}

function columnOf(name: string, index: number): FlatColumn | undefined {
  const plain = plainNames.find((key) => key === name);
  if (plain !== undefined) return { index, name, key: plain };
  const key = mapNames.find((map) => name.startsWith(`${map}.`) && name.length > map.length + 1);
  if (key === undefined) return undefined;
  const entry = name.slice(key.length + 1);
  return entry === '__proto__' ? undefined : { index, name, key, entry };
}

/** A table as it is compared: what each row says, and what names it where rows have names. */
export interface Table {
  /** One text a row; equal rows have equal texts. */
  readonly rows: readonly string[];
  /** The key of each row, where there is a column of keys and no two are the same. */
  readonly keys?: readonly string[];
}

export interface RowCounts {
  readonly added: number;
  readonly removed: number;
  /** Rows whose key both tables have and that say something else. Told only where both have keys. */
  readonly changed?: number;
}

/** Columns that name a row, best first; whatever their case. */
const keyNames = ['id', 'key', 'uuid'];

/** The column that names rows, by the names of all. */
export function keyColumn(names: readonly string[]): number | undefined {
  const small = names.map((name) => name.trim().toLowerCase());
  const found = keyNames.map((name) => small.indexOf(name)).find((index) => index !== -1);
  return found;
}

/** Keys that name nothing, or two rows at once, are none. */
export function withKeys(rows: readonly string[], keys: readonly (string | undefined)[]): Table {
  const distinct = new Set(keys);
  if (distinct.has(undefined) || distinct.has('') || distinct.size !== rows.length) return { rows };
  return { rows, keys: keys.filter((key) => key !== undefined) };
}

/** Rows go by their keys where both tables have them; else those that only one has, each as often as it stands there. */
export function countRows(before: Table, after: Table): RowCounts {
  if (before.keys !== undefined && after.keys !== undefined)
    return countByKey({ ...before, keys: before.keys }, { ...after, keys: after.keys });
  const counts = new Map<string, number>();
  for (const row of before.rows) counts.set(row, (counts.get(row) ?? 0) - 1);
  for (const row of after.rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  let [added, removed] = [0, 0];
  for (const count of counts.values()) {
    added += Math.max(0, count);
    removed += Math.max(0, -count);
  }
  return { added, removed };
}

function countByKey(before: Required<Table>, after: Required<Table>): RowCounts {
  const old = new Map(before.keys.map((key, index) => [key, before.rows[index]]));
  let [kept, changed] = [0, 0];
  after.keys.forEach((key, index) => {
    const row = old.get(key);
    if (row === undefined) return;
    kept += 1;
    if (row !== after.rows[index]) changed += 1;
  });
  return { added: after.rows.length - kept, removed: before.rows.length - kept, changed };
}

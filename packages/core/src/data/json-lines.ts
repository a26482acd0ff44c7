import { isJsonObject, parseJson } from '../kernel/index.js';
import { keyColumn, withKeys } from './table.js';
import type { Table } from './table.js';

/** JSON Lines: rows go by a field named id, key or uuid, if the first object has one. Blank lines are none. */
export function jsonLinesTable(text: string): Table {
  const rows = text.split('\n').filter((line) => line.trim() !== '');
  const names = Object.keys(objectIn(rows[0] ?? ''));
  const name = names[keyColumn(names) ?? -1];
  if (name === undefined) return { rows };
  return withKeys(
    rows,
    rows.map((row) => keyText(objectIn(row)[name])),
  );
}

function objectIn(line: string): Readonly<Record<string, unknown>> {
  const value = parseJson(line);
  return isJsonObject(value) ? value : {};
}

/** Text and numbers name something; `1` and `"1"` name two things. */
function keyText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : undefined;
}

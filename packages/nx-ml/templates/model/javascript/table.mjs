// The rows of the CSV files of a dataset: numeric columns, a `label`, and an `id` where there is one.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ id: string, label: string, features: number[] }} Row */

/**
 * The part that a row belongs to: 60% train, 20% validation, 20% test. Its key alone decides, so a row stays where it
 * is when others come or go.
 *
 * @param {string} key
 * @returns {'train' | 'validation' | 'test'}
 */
export function partOf(key) {
  const draw = createHash('sha256').update(key).digest().readUInt32BE() / 2 ** 32;
  if (draw < 0.6) return 'train';
  return draw < 0.8 ? 'validation' : 'test';
}

/**
 * The rows of all CSV files below a folder, by part.
 *
 * @param {string} folder
 * @returns {{ columns: string[], train: Row[], validation: Row[], test: Row[] }} columns: names of the features
 */
export function readParts(folder) {
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.csv'))
    .sort();
  if (files.length === 0) throw new Error(`${folder} holds no CSV file`);
  const tables = files.map((file) => readTable(readFileSync(join(folder, file), 'utf8'), file));
  const [{ columns }] = tables;
  for (const [i, table] of tables.entries())
    if (table.columns.join() !== columns.join())
      throw new Error(`${files[i]} has other columns than ${files[0]}`);

  const parts = { columns, train: [], validation: [], test: [] };
  const seen = new Map();
  for (const { key, ...row } of tables.flatMap(({ rows }) => rows)) {
    const copies = (seen.get(key) ?? 0) + 1;
    seen.set(key, copies);
    // Copies of a row get ids of their own and share a part: one in train and one in test would be a leak.
    parts[partOf(key)].push({ ...row, id: copies === 1 ? row.id : `${row.id}-${copies}` });
  }
  return parts;
}

/** One CSV text as feature names and rows; the key of a row is its id, or all of its cells where it has none. */
export function readTable(text, file) {
  const [header, ...lines] = parseCsv(text);
  if (!header?.includes('label')) throw new Error(`${file} has no column "label"`);
  const columns = header.filter((name) => name !== 'id' && name !== 'label');
  const rows = lines.map((cells, i) => {
    if (cells.length !== header.length)
      throw new Error(`${file}, row ${i + 1}: ${cells.length} cells, not ${header.length}`);
    const record = Object.fromEntries(header.map((name, k) => [name, cells[k]]));
    const features = columns.map((name) => toNumber(record[name], `${file}, row ${i + 1}, column ${name}`));
    const key = record.id ?? cells.join(',');
    const id = record.id ?? createHash('sha256').update(key).digest('hex').slice(0, 16);
    return { key, id, label: record.label, features };
  });
  return { columns, rows };
}

/** Cells of a CSV text; a cell in quotes may hold commas, line ends and doubled quotes. */
export function parseCsv(text) {
  const rows = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*|))(,|\r?\n|$)/g;
  for (const [, quoted, plain, end] of text.replace(/^\uFEFF/, '').matchAll(cell)) {
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') rows.push([]);
  }
  return rows.filter((cells) => cells.length > 1 || (cells[0] ?? '') !== '');
}

function toNumber(cell, where) {
  const number = cell.trim() === '' ? NaN : Number(cell);
  if (!Number.isFinite(number)) throw new Error(`${where}: "${cell}" is no number`);
  return number;
}

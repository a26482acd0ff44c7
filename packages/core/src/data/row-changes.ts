import { delimitedTable } from './delimited.js';
import { jsonLinesTable } from './json-lines.js';
import { parquetTable } from './parquet.js';
import { countRows } from './table.js';
import type { RowCounts, Table } from './table.js';

/** Larger files are compared by their digest alone. Bytes. */
const mostBytes = 50_000_000;

type Format = 'csv' | 'tsv' | 'json-lines' | 'text' | 'parquet';

const endings: readonly (readonly [RegExp, Format])[] = [
  [/\.csv$/i, 'csv'],
  [/\.(?:tsv|tab)$/i, 'tsv'],
  [/\.(?:jsonl|ndjson)$/i, 'json-lines'],
  [/\.txt$/i, 'text'],
  [/\.(?:parquet|pq)$/i, 'parquet'],
];

/** Has a file of that name rows that can be counted, and is it small enough? @param size bytes */
export function hasRows(path: string, size: number): boolean {
  return size <= mostBytes && formatOf(path) !== undefined;
}

/**
 * What became of the rows of one file.
 *
 * @returns undefined where that cannot be told: another kind of file, or one that is damaged.
 */
export async function rowChanges(
  path: string,
  before: Uint8Array,
  after: Uint8Array,
): Promise<RowCounts | undefined> {
  const format = formatOf(path);
  if (format === undefined) return undefined;
  if (format === 'csv' || format === 'tsv')
    return delimitedChanges(before, after, format === 'csv' ? ',' : '\t');
  const [old, now] = [await tableOf(format, before), await tableOf(format, after)];
  return old === undefined || now === undefined ? undefined : countRows(old, now);
}

/**
 * How many rows a table has, without its header. Text is no table: its lines may be anything.
 *
 * @returns undefined where that cannot be told: another kind of file, or one that is damaged.
 */
export async function rowCount(path: string, bytes: Uint8Array): Promise<number | undefined> {
  const format = formatOf(path);
  if (format === undefined || format === 'text') return undefined;
  if (format === 'csv' || format === 'tsv')
    return delimitedTable(textOf(bytes), format === 'csv' ? ',' : '\t').rows.length;
  return (await tableOf(format, bytes))?.rows.length;
}

/** Where the header changed, nothing says that rows of one key mean the same, and the header is a row like any other. */
function delimitedChanges(before: Uint8Array, after: Uint8Array, delimiter: string): RowCounts {
  const [old, now] = [delimitedTable(textOf(before), delimiter), delimitedTable(textOf(after), delimiter)];
  if (old.header === now.header) return countRows(old, now);
  return countRows({ rows: [old.header, ...old.rows] }, { rows: [now.header, ...now.rows] });
}

function tableOf(
  format: Exclude<Format, 'csv' | 'tsv'>,
  bytes: Uint8Array,
): Table | undefined | Promise<Table | undefined> {
  if (format === 'parquet') return parquetTable(bytes);
  return format === 'text' ? { rows: textOf(bytes).split('\n') } : jsonLinesTable(textOf(bytes));
}

function formatOf(path: string): Format | undefined {
  return endings.find(([ending]) => ending.test(path))?.[1];
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

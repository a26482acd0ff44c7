import { keyColumn, withKeys } from './table.js';
import type { Table } from './table.js';

/** More rows than fit comfortably into memory as text. */
const mostRows = 2_000_000;

/**
 * The rows of a Parquet file. The reader is loaded when it is needed.
 *
 * @returns undefined for what is no such file, is damaged, or has too many rows.
 */
export async function parquetTable(bytes: Uint8Array): Promise<Table | undefined> {
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const file = new Uint8Array(bytes).buffer;
  try {
    const metadata = await parquetMetadataAsync(file);
    if (metadata.num_rows > BigInt(mostRows)) return undefined;
    const objects = await parquetReadObjects({ file, metadata, compressors });
    return objectsTable(objects);
  } catch {
    return undefined; // Whoever reads the data says what is wrong with it; here there is less to tell.
  }
}

function objectsTable(objects: readonly Readonly<Record<string, unknown>>[]): Table {
  const rows = objects.map(rowText);
  const names = Object.keys(objects[0] ?? {});
  const name = names[keyColumn(names) ?? -1];
  if (name === undefined) return { rows };
  return withKeys(
    rows,
    objects.map((row) => (row[name] == null ? undefined : rowText(row[name]))),
  );
}

/** JSON has no 64-bit integers and no NaN, and Parquet has both. */
function rowText(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${String(value)}n`;
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
}

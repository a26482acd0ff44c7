import type { ParquetScan } from 'hyparquet';

import { isMlError, messageOf, MlError } from '../kernel/index.js';
import type { JsonValue } from '../kernel/index.js';
import type { Examples } from './examples.js';
import { ExamplesBuilder } from './examples-builder.js';
import { FlatRows } from './flat-row.js';
import type { FlatColumn } from './flat-row.js';
import type { PredictionsFile } from './predictions-file.js';
import { rowFault } from './prediction-row.js';
import type { RowFault } from './prediction-row.js';

/**
 * Reads predictions.parquet, a row group at a time. Rows are counted from 1. The reader is loaded when it is needed.
 *
 * @throws MlError ERR_ML_PREDICTIONS_INVALID naming the row, or that it is no such file.
 */
export async function readParquet(file: PredictionsFile, where: string): Promise<Examples> {
  const builder = new ExamplesBuilder(where, 'row');
  try {
    const scan = await openParquet(file);
    const table = new FlatRows(columnNames(scan));
    if (table.fault !== undefined) throw invalid(where, table.fault);
    for (const range of scan.ranges) await readGroup(scan, { range, table, builder, where });
  } catch (error) {
    // What the reader throws at bytes that are no such file may be anything.
    if (isMlError(error)) throw error;
    throw invalid(where, {
      what: `cannot be read as Parquet: ${messageOf(error).slice(0, 200)}`,
      fix: 'Close the file before the command ends, and write nothing else under this name.',
    });
  }
  return builder.finish();
}

async function openParquet(file: PredictionsFile): Promise<ParquetScan> {
  const [{ parquetScan }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const slice = async (start: number, end = file.size): Promise<ArrayBuffer> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of file.read(start, end)) pieces.push(Uint8Array.from(piece));
    return new Uint8Array(Buffer.concat(pieces)).buffer;
  };
  return parquetScan({ file: { byteLength: file.size, slice }, compressors });
}

/** The first element of a schema is its root; those at the top follow, each with what is below it. */
function columnNames({ metadata }: ParquetScan): readonly string[] {
  const names: string[] = [];
  let below = 0;
  for (const { name, num_children: children = 0 } of metadata.schema.slice(1)) {
    if (below === 0) names.push(name);
    else below -= 1;
    below += children;
  }
  return names;
}

interface GroupInput {
  readonly range: ParquetScan['ranges'][number];
  readonly table: FlatRows;
  readonly builder: ExamplesBuilder;
  readonly where: string;
}

async function readGroup(scan: ParquetScan, { range, table, builder, where }: GroupInput): Promise<void> {
  const columns = new Map<FlatColumn, ArrayLike<unknown>>();
  for (const column of table.columns)
    columns.set(column, await scan.readColumn({ column: column.name, ...range }));
  for (let index = 0; index < range.rowEnd - range.rowStart; index++) {
    const row = range.rowStart + index + 1;
    const value = table.row((column) => plainValue(columns.get(column)?.[index]));
    const fault = rowFault(value);
    if (fault !== undefined) throw invalid(`${where}: row ${String(row)}`, fault);
    builder.add(value, row);
  }
}

/** JSON has neither 64-bit integers nor dates. An integer beyond 2^53 stays visible as one, and is refused as an id. */
function plainValue(value: unknown): JsonValue | undefined {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, (item) => plainValue(item) ?? null);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item) ?? null]));
  return value as JsonValue | undefined;
}

function invalid(at: string, { what, fix }: RowFault): MlError {
  return new MlError('ERR_ML_PREDICTIONS_INVALID', { message: `${at} ${what}`, fix });
}

import { splitFields } from '../data/delimited.js';
import { MlError } from '../kernel/index.js';
import { csvValue } from './csv-values.js';
import type { Examples } from './examples.js';
import { ExamplesBuilder } from './examples-builder.js';
import { FlatRows } from './flat-row.js';
import { rowFault } from './prediction-row.js';
import type { RowFault } from './prediction-row.js';
import { longestLine } from './text-lines.js';

/**
 * Reads predictions.csv: a header, commas, quotes as in RFC 4180. Rows are counted from 1 after the header.
 *
 * @throws MlError ERR_ML_PREDICTIONS_INVALID naming the row.
 */
export async function readCsv(lines: AsyncIterable<string>, where: string): Promise<Examples> {
  let table: FlatRows | undefined;
  let width = 0;
  let row = 0;
  const builder = new ExamplesBuilder(where, 'row');
  for await (const record of records(lines, where)) {
    const fields = splitFields(record, ',');
    if (table === undefined) {
      table = new FlatRows(fields.map((name) => name.trim()));
      width = fields.length;
      if (table.fault !== undefined) throw invalid(where, table.fault);
      continue;
    }
    row += 1;
    const at = `${where}: row ${String(row)}`;
    if (fields.length !== width)
      throw invalid(at, {
        what: `has ${String(fields.length)} fields and the header ${String(width)}`,
        fix: 'Put fields that hold commas, quotes or line ends into quotes.',
      });
    const value = table.row((column) => csvValue(column, fields[column.index] ?? ''));
    const fault = rowFault(value);
    if (fault !== undefined) throw invalid(at, fault);
    builder.add(value, row);
  }
  return builder.finish();
}

/** Lines, put together where a quoted field holds line ends. Blank ones are none. */
async function* records(
  lines: AsyncIterable<string>,
  where: string,
): AsyncGenerator<string, void, undefined> {
  let open: string | undefined;
  let isFirst = true;
  for await (const text of lines) {
    const line = isFirst ? text.replace(/^\uFEFF/, '') : text;
    isFirst = false;
    const isClosed = isBalanced(line) === (open === undefined);
    const record: string = open === undefined ? line : `${open}\n${line}`;
    open = isClosed ? undefined : record;
    if (isClosed && record.trim() !== '') yield record;
    if (record.length > longestLine) break;
  }
  if (open === undefined) return;
  throw invalid(where, {
    what: `has a quote that is never closed: ${JSON.stringify(open.slice(0, 40))}`,
    fix: 'Close the file before the command ends: a full disk or a crash also cuts it short.',
  });
}

/** Has a line an even number of quotes? Doubled ones count as two. */
function isBalanced(line: string): boolean {
  let count = 0;
  for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) count += 1;
  return count % 2 === 0;
}

function invalid(at: string, { what, fix }: RowFault): MlError {
  return new MlError('ERR_ML_PREDICTIONS_INVALID', { message: `${at} ${what}`, fix });
}

import { keyColumn, withKeys } from './table.js';
import type { Table } from './table.js';

/**
 * The records of CSV or TSV text, as RFC 4180 has them: a quoted field may hold line ends. Blank lines are none. A quote that
 * is never closed takes the rest of the text: then both versions are one record, and differ.
 */
export function splitRecords(text: string): readonly string[] {
  const records: string[] = [];
  let start = 0;
  let quote = text.indexOf('"');
  for (let end = text.indexOf('\n'); start < text.length; end = text.indexOf('\n', start)) {
    if (end === -1) end = text.length;
    while (quote !== -1 && quote < end) {
      const close = text.indexOf('"', quote + 1);
      const after = close === -1 ? text.length : close + 1;
      if (after > end) end = indexOrEnd(text, '\n', after);
      quote = text.indexOf('"', after);
    }
    const record = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    if (record !== '') records.push(record);
    start = end + 1;
  }
  return records;
}

/** The fields of one record, without their quotes. */
export function splitFields(record: string, delimiter: string): readonly string[] {
  if (!record.includes('"')) return record.split(delimiter);
  const fields: string[] = [];
  for (let start = 0; start <= record.length;) {
    if (record[start] !== '"') {
      const end = indexOrEnd(record, delimiter, start);
      fields.push(record.slice(start, end));
      start = end + 1;
      continue;
    }
    let close = record.indexOf('"', start + 1);
    while (close !== -1 && record[close + 1] === '"') close = record.indexOf('"', close + 2);
    const end = close === -1 ? record.length : indexOrEnd(record, delimiter, close);
    fields.push(record.slice(start + 1, close === -1 ? end : close).replaceAll('""', '"'));
    start = end + 1;
  }
  return fields;
}

/**
 * CSV or TSV with a header: rows go by a column named id, key or uuid. The header is kept apart, for it names rather than
 * counts.
 */
export function delimitedTable(text: string, delimiter: string): Table & { readonly header: string } {
  const [header = '', ...rows] = splitRecords(text.replace(/^\uFEFF/, ''));
  const column = keyColumn(splitFields(header, delimiter));
  if (column === undefined) return { header, rows };
  return {
    header,
    ...withKeys(
      rows,
      rows.map((row) => splitFields(row, delimiter)[column]),
    ),
  };
}

function indexOrEnd(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index === -1 ? text.length : index;
}

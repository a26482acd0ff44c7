import type { Examples } from './examples.js';
import { ExamplesBuilder } from './examples-builder.js';
import { PredictionLines } from './json-lines.js';
import { textLines } from './text-lines.js';

/** The bytes of a predictions file; an ObjectSource of the store is one. */
export interface PredictionsFile {
  /** Bytes. */
  readonly size: number;
  /** @returns the bytes of `[start, end)`. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

export type PredictionsFormat = 'jsonl' | 'csv' | 'parquet';

/** Files that an evaluation may leave, of which it leaves one: predictions.jsonl, predictions.csv, predictions.parquet. */
export const predictionsFormats: readonly PredictionsFormat[] = ['jsonl', 'csv', 'parquet'];

/**
 * What a predictions file is written in, by its first bytes: a store keeps no names. Parquet begins with PAR1, JSON Lines with
 * a brace, and a header of CSV with neither.
 */
export async function predictionsFormat(file: PredictionsFile): Promise<PredictionsFormat> {
  const head: Uint8Array[] = [];
  for await (const piece of file.read(0, Math.min(file.size, 4096))) head.push(Uint8Array.from(piece));
  const text = Buffer.concat(head)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('PAR1')) return 'parquet';
  return text === '' || text.startsWith('{') ? 'jsonl' : 'csv';
}

/**
 * Reads and checks a predictions file of any format.
 *
 * @param where whose file it is, for messages: `spam-filter:evaluate predictions.csv`.
 * @throws MlError ERR_ML_PREDICTIONS_INVALID naming the line or row.
 */
export async function readExamples(
  file: PredictionsFile,
  where: string,
  format?: PredictionsFormat,
): Promise<Examples> {
  switch (format ?? (await predictionsFormat(file))) {
    case 'jsonl':
      return readJsonLines(textLines(file.read(0, file.size)), where);
    case 'csv':
      return (await import('./read-csv.js')).readCsv(textLines(file.read(0, file.size)), where);
    case 'parquet':
      return (await import('./read-parquet.js')).readParquet(file, where);
  }
}

async function readJsonLines(lines: AsyncIterable<string>, where: string): Promise<Examples> {
  const reader = new PredictionLines(where);
  const builder = new ExamplesBuilder(where, 'line');
  for await (const text of lines) {
    const row = reader.line(text);
    if (row !== undefined) builder.add(row, reader.number);
  }
  reader.end();
  return builder.finish();
}

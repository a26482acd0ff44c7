import type { Examples } from '../examples.js';
import { readExamples } from '../predictions-file.js';
import type { PredictionsFile } from '../predictions-file.js';

/** A predictions file in memory, given out in pieces of a few bytes or many. */
export function fileOf(content: string | Uint8Array, piece = 65_536): PredictionsFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    size: bytes.length,
    async *read(start, end) {
      for (let at = start; at < end; at += piece)
        yield await Promise.resolve(bytes.subarray(at, Math.min(end, at + piece)));
    },
  };
}

/** Examples as an evaluation would write them. */
export function examplesOf(
  rows: readonly object[],
  where = 'm:evaluate predictions.jsonl',
): Promise<Examples> {
  return readExamples(fileOf(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), where);
}

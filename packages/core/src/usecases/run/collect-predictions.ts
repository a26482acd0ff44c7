import { createReadStream } from 'node:fs';

import type { PredictionsFile, PredictionsFormat } from '../../evaluation/index.js';
import { MlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import { fileSize } from './run-folder.js';
import type { RunFolder } from './run-folder.js';

const formats: readonly PredictionsFormat[] = ['jsonl', 'csv', 'parquet'];

/**
 * Finds and checks the predictions that a command left: one file of the three that it may leave, or none. Those of an evaluation are
 * read whole, for what cannot be judged shall be known before it is published; a training may report an example once an
 * epoch, line by line.
 *
 * @returns its absolute path.
 * @throws MlError ERR_ML_PREDICTIONS_INVALID
 */
export async function collectPredictions(ref: StepRef, folder: RunFolder): Promise<string | undefined> {
  const [left, ...more] = formats.flatMap((format) => {
    const size = fileSize(folder.predictionsIn(format));
    return size === undefined ? [] : [{ format, size }];
  });
  if (left === undefined) return undefined;
  if (more.length > 0) throw severalFiles(ref, [left, ...more]);
  const path = folder.predictionsIn(left.format);
  await check(ref, path, left);
  return path;
}

interface LeftFile {
  readonly format: PredictionsFormat;
  /** Bytes. */
  readonly size: number;
}

/** What reads them is loaded where there are some. */
async function check(ref: StepRef, path: string, { format, size }: LeftFile): Promise<void> {
  const where = `${stepId(ref)} predictions.${format}`;
  const file: PredictionsFile = {
    size,
    read: (start, end) => createReadStream(path, { start, end: Math.max(start, end - 1) }),
  };
  if (ref.step === 'evaluate' || format !== 'jsonl') {
    const { readExamples } = await import('../../evaluation/predictions-file.js');
    await readExamples(file, where, format);
    return;
  }
  const [{ PredictionLines }, { textLines }] = await Promise.all([
    import('../../evaluation/json-lines.js'),
    import('../../evaluation/text-lines.js'),
  ]);
  const lines = new PredictionLines(where);
  for await (const line of textLines(createReadStream(path))) lines.line(line);
  lines.end();
}

function severalFiles(ref: StepRef, files: readonly LeftFile[]): MlError {
  const names = files.map(({ format }) => `predictions.${format}`).join(' and ');
  return new MlError('ERR_ML_PREDICTIONS_INVALID', {
    message: `${stepId(ref)} left ${names}, and nobody knows which of them counts`,
    fix: 'Write one of them.',
  });
}

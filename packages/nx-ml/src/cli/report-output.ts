import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

import { messageOf, MlError } from '@nx-ml/core/kernel';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { reportForm, summaryBytes } from '../report/report-form.js';
import type { ReportContext, ReportFormat } from '../report/report-form.js';
import type { CliIo } from './command.js';

export interface ReportToWrite {
  readonly models: readonly ModelReport[];
  readonly context: ReportContext;
  /** undefined: the summary of the job where that is asked for and there is one, else stdout. */
  readonly output: string | undefined;
}

/** Puts a report where it is wanted. @throws MlError ERR_ML_FILE_INACCESSIBLE */
export async function writeReport(
  format: ReportFormat,
  { models, context, output }: ReportToWrite,
  io: CliIo,
): Promise<void> {
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (output !== undefined) {
    const path = resolve(io.cwd, output);
    const text = await reportForm(format, models, context);
    if (isForFiles(path)) replaceFile(path, text);
    else
      onFile(path, () => {
        writeFileSync(path, text);
      });
  } else if (format === 'summary' && summary !== undefined && summary !== '') {
    const taken = existsSync(summary) ? statSync(summary).size : 0;
    // Other steps of the job share it, and one that is too long is left out as a whole.
    const limit = Math.max(2000, summaryBytes - taken);
    const text = await reportForm(format, models, context, { limit });
    onFile(summary, () => {
      appendFileSync(summary, text);
    });
  } else io.write(await reportForm(format, models, context));
}

/** A file in the place of /dev/stdout, of a pipe or of a link would take that away from everybody. */
function isForFiles(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() !== false;
}

/** Whole or not at all. */
function replaceFile(path: string, text: string): void {
  const aside = `${path}.${String(process.pid)}.tmp`;
  onFile(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(aside, text);
      renameSync(aside, path);
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
  });
}

function onFile(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
      message: `The report cannot be written to ${path}: ${messageOf(cause)}`,
      fix: 'Name another file with --output.',
      cause,
    });
  }
}

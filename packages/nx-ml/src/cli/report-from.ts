import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { isMlError, messageOf, MlError } from '@nx-ml/core/kernel';
import { decodeReport, longestReport } from '@nx-ml/core/usecases/report';
import type { ReportDocument } from '@nx-ml/core/usecases/report';

/**
 * Reports that other machines wrote, in the order of their names.
 *
 * @param paths files, or folders with files `*.json` in them at any depth.
 * @throws MlError ERR_ML_FILE_INACCESSIBLE, ERR_ML_DOCUMENT_INVALID
 */
export function readReports(paths: readonly string[], cwd: string): readonly ReportDocument[] {
  return paths.flatMap((path) => filesAt(resolve(cwd, path))).map(readReport);
}

/** Links lead anywhere, and whoever fills the folder is another machine: those within it are passed over. */
function filesAt(path: string): readonly string[] {
  return onFile(path, () => {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
}

function readReport(path: string): ReportDocument {
  const bytes = onFile(path, () => {
    const { size } = statSync(path);
    if (size > longestReport) throw tooLong(path, size);
    return readFileSync(path);
  });
  try {
    return decodeReport(bytes);
  } catch (error) {
    if (!isMlError(error)) throw error;
    throw new MlError(error.code, { message: `${path}: ${error.message}`, fix: error.fix, cause: error });
  }
}

function tooLong(path: string, size: number): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${path} has ${String(size)} bytes, and a report at most ${String(longestReport)}`,
    fix: 'Write it with --no-plots, or on fewer models.',
  });
}

function onFile<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (isMlError(cause)) throw cause;
    throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
      message: `The report ${path} cannot be read: ${messageOf(cause)}`,
      fix: 'Name with --from files that nx-ml report --format json wrote, or a folder of them.',
      cause,
    });
  }
}

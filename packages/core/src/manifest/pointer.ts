import { z } from 'zod';

import { isJsonObject, MlError } from '../kernel/index.js';
import type { ObjectRef } from '../store/index.js';
import { formatVersion1, isCounted, objectRefKeys } from './document-fields.js';
import { readJson } from './json-reader.js';
import { positionAt } from './problem.js';
import { prettyJson } from './pretty-json.js';

/** More than any pointer has, so that a data file under a pointer's name is refused before it is parsed. */
const maxLength = 1024;

/**
 * The text of a committed pointer, `<name>.ref.json`: which stored bytes a dataset has at this commit.
 * `{ digest, files, formatVersion, kind, size }`, keys sorted, one a line, so that git shows and merges it sanely.
 */
export function encodePointer({ kind, digest, size, files }: ObjectRef): string {
  return prettyJson({ formatVersion: 1, kind, digest, size, files });
}

const schema = z
  .strictObject({ formatVersion: formatVersion1, ...objectRefKeys })
  .refine(isCounted, 'a file counts as one file');

/**
 * Reads a pointer that may be damaged or hostile. White space and line ends may differ (git may change them); every
 * key stands exactly once.
 *
 * @param file for messages.
 * @throws MlError ERR_ML_POINTER_INVALID
 */
export function decodePointer(text: string, file: string): ObjectRef {
  if (text.length > maxLength)
    throw invalid(file, `it has ${String(text.length)} characters, and a pointer has at most 1,024`);
  if (/^(?:<{7}|={7}|>{7})/m.test(text)) throw conflict(file);
  const reading = readJson(text);
  if (!reading.ok) {
    const { line, column } = positionAt(text, reading.offset);
    throw invalid(`${file}:${String(line)}:${String(column)}`, reading.message);
  }
  refuseNewer(reading.value, file);
  const result = schema.safeParse(reading.value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalid(file, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const { kind, digest, size, files } = result.data;
  return { kind, digest, size, files };
}

function refuseNewer(value: unknown, file: string): void {
  const version = isJsonObject(value) ? value['formatVersion'] : undefined;
  if (typeof version !== 'number' || !(version > 1)) return;
  throw new MlError('ERR_ML_POINTER_INVALID', {
    message: `${file} has format ${String(version)}, written by a newer nx-ml; this one reads format 1`,
    fix: 'Upgrade nx-ml in this workspace.',
  });
}

function conflict(file: string): MlError {
  return new MlError('ERR_ML_POINTER_INVALID', {
    message: `${file} holds the marks of an unresolved merge`,
    fix: 'Take one side whole: git checkout --ours or --theirs, then git add.',
  });
}

function invalid(where: string, why: string): MlError {
  return new MlError('ERR_ML_POINTER_INVALID', {
    message: `${where} is no data pointer: ${why}`,
    fix: 'Restore it from git: git checkout -- followed by its path.',
  });
}

import { isJsonObject, MlError } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import type { ObjectRef } from '../store/index.js';
import { formatVersion1, isCounted, objectRefKeys } from './document-fields.js';
import { readJson } from './json-reader.js';
import { pointerSource } from './pointer-source.js';
import type { PointerSource } from './pointer-source.js';
import { positionAt } from './position-at.js';
import { prettyJson } from './pretty-json.js';

/** More than any pointer has, so that a data file under a pointer's name is refused before it is parsed. */
const maxLength = 1024;

/** A pointer, and where its data was imported from. */
export interface Pointer {
  readonly ref: ObjectRef;
  readonly source?: PointerSource | undefined;
}

/**
 * The text of a committed pointer, `<name>.ref.json`: which stored bytes a dataset has at this commit.
 * `{ digest, files, formatVersion, kind, size }`, keys sorted, one a line, so that git shows and merges it sanely. With a
 * source it is format 2, for format 1 knows no other keys.
 *
 * @throws MlError ERR_ML_POINTER_INVALID for a source that no pointer may have.
 */
export function encodePointer({ kind, digest, size, files }: ObjectRef, source?: PointerSource): string {
  const shared = { kind, digest, size, files };
  if (source === undefined) return prettyJson({ formatVersion: 1, ...shared });
  const checked = pointerSource.safeParse(source);
  const text = checked.success ? prettyJson({ formatVersion: 2, ...shared, source: checked.data }) : '';
  if (text !== '' && Buffer.byteLength(text) <= maxLength) return text;
  const why = checked.error?.issues[0]?.message ?? 'it makes the pointer larger than 1 KB';
  throw new MlError('ERR_ML_POINTER_INVALID', {
    message: `The source ${JSON.stringify(source).slice(0, 200)} cannot stand in a pointer: ${why}`,
    fix: 'Use a shorter address without user and password, or fetch the data by hand and add it: nx-ml data add',
  });
}

const schemas = {
  1: z
    .strictObject({ formatVersion: formatVersion1, ...objectRefKeys })
    .refine(isCounted, 'a file counts as one file'),
  2: z
    .strictObject({ formatVersion: z.literal(2), ...objectRefKeys, source: pointerSource })
    .refine(isCounted, 'a file counts as one file'),
};

/** What a pointer's data is; as readPointer. */
export function decodePointer(text: string, file: string): ObjectRef {
  return readPointer(text, file).ref;
}

/**
 * Reads a pointer that may be damaged or hostile. White space and line ends may differ (git may change them); every
 * key stands exactly once.
 *
 * @param file for messages.
 * @throws MlError ERR_ML_POINTER_INVALID
 */
export function readPointer(text: string, file: string): Pointer {
  if (text.length > maxLength)
    throw invalid(file, `it has ${String(text.length)} characters, and a pointer has at most 1,024`);
  if (/^(?:<{7}|={7}|>{7})/m.test(text)) throw conflict(file);
  const reading = readJson(text);
  if (!reading.ok) {
    const { line, column } = positionAt(text, reading.offset);
    throw invalid(`${file}:${String(line)}:${String(column)}`, reading.message);
  }
  refuseNewer(reading.value, file);
  const isSecond = isJsonObject(reading.value) && reading.value['formatVersion'] === 2;
  const result = schemas[isSecond ? 2 : 1].safeParse(reading.value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalid(file, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const { kind, digest, size, files } = result.data;
  const ref = { kind, digest, size, files };
  return 'source' in result.data ? { ref, source: result.data.source } : { ref };
}

function refuseNewer(value: unknown, file: string): void {
  const version = isJsonObject(value) ? value['formatVersion'] : undefined;
  if (typeof version !== 'number' || !(version > 2)) return;
  throw new MlError('ERR_ML_POINTER_INVALID', {
    message: `${file} has format ${String(version)}, written by a newer nx-ml; this one reads formats 1 and 2`,
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

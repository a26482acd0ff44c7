import type { z } from 'zod';

import { documentBytes, isJsonObject, MlError } from '../kernel/index.js';

/** What an encoding of one kind of document is made of. */
export interface DocumentKind<T> {
  /** For messages: `step manifest`. */
  readonly name: string;
  readonly formatVersion: number;
  readonly schema: z.ZodType<T>;
  /** What to do about a damaged one. */
  readonly fix: string;
}

export interface DocumentCodec<T> {
  /** Canonical JSON and a newline: equal documents have equal bytes. */
  encode(document: T): Buffer;
  /**
   * Reads bytes that may be hostile: only the canonical bytes of a valid document are accepted.
   * @throws MlError ERR_ML_DOCUMENT_INVALID
   */
  decode(bytes: Uint8Array): T;
}

/** A strict codec whose decode accepts exactly what its encode writes. */
export function documentCodec<T>(kind: DocumentKind<T>): DocumentCodec<T> {
  const encode = (document: T): Buffer => documentBytes(check(document, kind));
  const decode = (bytes: Uint8Array): T => {
    const document = parseDocument(bytes, kind);
    if (!documentBytes(document).equals(bytes)) throw invalid(kind, 'it is not in canonical form');
    return document;
  };
  return { encode, decode };
}

/** Reads bytes that may be hostile, laid out as they may be: people edit and format it. @throws MlError ERR_ML_DOCUMENT_INVALID */
export function parseDocument<T>(bytes: Uint8Array, kind: DocumentKind<T>): T {
  return check(parse(bytes, kind), kind);
}

function parse(bytes: Uint8Array, kind: DocumentKind<unknown>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(kind, 'it is not JSON in UTF-8', cause);
  }
}

function check<T>(value: unknown, kind: DocumentKind<T>): T {
  refuseNewer(value, kind);
  const result = kind.schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw invalid(kind, `${path === '' ? 'the document' : path}: ${issue?.message ?? 'invalid'}`);
}

function refuseNewer(value: unknown, { name, formatVersion }: DocumentKind<unknown>): void {
  const found = isJsonObject(value) ? value['formatVersion'] : undefined;
  if (typeof found !== 'number' || !(found > formatVersion)) return;
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `A ${name} of format ${String(found)} was written by a newer nx-ml; this one reads format ${String(formatVersion)}`,
    fix: 'Upgrade nx-ml in this workspace.',
  });
}

function invalid({ name, fix }: DocumentKind<unknown>, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `A ${name} was refused: ${why.slice(0, 300)}`,
    fix,
    cause,
  });
}

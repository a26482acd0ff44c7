import { MlError } from './errors.js';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * The one text of a JSON value: keys sorted by UTF-16 code unit, no white space, finite numbers only
 * (the subset of RFC 8785 that our documents need). Keys whose value is undefined are left out.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID for NaN, an infinity, or anything that is not JSON.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw notJson(typeof value);
}

function canonicalObject(value: object): string {
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw notJson(String(value));
  return JSON.stringify(value === 0 ? 0 : value);
}

function notJson(what: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${what} cannot stand in a JSON document`,
    fix: 'Use finite numbers, strings, booleans, null, arrays and objects only.',
  });
}

/** Orders by UTF-16 code unit: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a text says; undefined where it is no JSON. For whoever can do without; documents are read by their own readers. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Canonical bytes of a document as it is stored: canonical JSON and one newline. */
export function documentBytes(value: unknown): Buffer {
  return Buffer.from(`${canonicalJson(value)}\n`, 'utf8');
}

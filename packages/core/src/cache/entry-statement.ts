import { canonicalJson, isDigest, isJsonObject, MlError, parseJson } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { isScope } from './scope.js';
import type { Scope } from './scope.js';

/** Nx's hash of a task. Nx makes digits; other letters are for whoever speaks its contract too. */
export type TaskHash = string & { readonly __brand: 'TaskHash' };

export function isTaskHash(text: unknown): text is TaskHash {
  return typeof text === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(text);
}

/** What the server says of an entry, and signs: that these bytes were stored under this hash by a token of this scope. */
export interface EntryStatement {
  readonly formatVersion: 1;
  readonly kind: 'nx-cache-entry';
  readonly hash: TaskHash;
  readonly scope: Scope;
  /** Of the body as Nx sent it: a gzipped tar. */
  readonly digest: Digest;
  /** Bytes of the body. */
  readonly size: number;
  /** When it was stored; ISO 8601, UTC. */
  readonly at: string;
}

export function encodeStatement(statement: EntryStatement): string {
  return canonicalJson(statement);
}

/** @throws MlError ERR_ML_CACHE_ENTRY_UNTRUSTED for anything that is not the one text of a statement. */
export function decodeStatement(text: string): EntryStatement {
  const value = parseJson(text);
  if (!isStatement(value) || canonicalJson(value) !== text)
    throw new MlError('ERR_ML_CACHE_ENTRY_UNTRUSTED', {
      message: `What is said of a cache entry is not a statement: ${JSON.stringify(text.slice(0, 100))}`,
      fix: 'The entry counts as absent. Look at the storage of the cache server: nx-ml-server scrub.',
    });
  return value;
}

const keys = ['at', 'digest', 'formatVersion', 'hash', 'kind', 'scope', 'size'].join();

function isStatement(value: unknown): value is EntryStatement & object {
  if (!isJsonObject(value) || Object.keys(value).sort().join() !== keys) return false;
  const { at, digest, formatVersion, hash, kind, scope, size } = value;
  return (
    formatVersion === 1 &&
    kind === 'nx-cache-entry' &&
    isTaskHash(hash) &&
    isScope(scope) &&
    isDigest(digest) &&
    isSize(size) &&
    isTime(at)
  );
}

function isSize(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
}

import type { Scope } from '@nx-ml/core/cache';
import { isScope } from '@nx-ml/core/cache';
import { prettyJson, readJson } from '@nx-ml/core/documents';
import { isJsonObject, MlError } from '@nx-ml/core/kernel';

import type { Access } from '../access.js';
import { isTokenId } from './token-text.js';
import type { TokenId } from './token-text.js';

/** What is known of a token; never the token. */
export interface StoredToken {
  readonly id: TokenId;
  /** Of its secret: 64 hex digits. */
  readonly sha256: string;
  readonly scope: Scope;
  readonly mode: Access['mode'];
  /** Times: ISO 8601, UTC, milliseconds. */
  readonly createdAt: string;
  /** From then on it counts for nothing. */
  readonly expiresAt: string;
  readonly revokedAt?: string;
  /** For people: at most 200 characters. */
  readonly note: string;
}

export const tokensFile = 'tokens.json';

export function encodeTokens(tokens: readonly StoredToken[]): string {
  return prettyJson({ formatVersion: 1, kind: 'nx-ml-server-tokens', tokens });
}

/** All or nothing: of a list that holds one entry which cannot be read, none is believed. @throws MlError ERR_ML_SERVER_STATE */
export function decodeTokens(bytes: Buffer, path: string): readonly StoredToken[] {
  const reading = readJson(bytes.toString('utf8'));
  const document = reading.ok ? reading.value : undefined;
  if (!isJsonObject(document)) throw damaged(path, reading.ok ? 'it is no object' : reading.message);
  const { formatVersion, kind, tokens } = document;
  if (formatVersion !== 1 || kind !== 'nx-ml-server-tokens' || !Array.isArray(tokens))
    throw damaged(path, 'it is no list of tokens of format 1');
  const known = (tokens as readonly unknown[]).map((token, index) => {
    if (!isStoredToken(token)) throw damaged(path, `its token ${String(index + 1)} is malformed`);
    return token;
  });
  const ids = new Set(known.map(({ id }) => id));
  if (ids.size !== known.length) throw damaged(path, 'an id stands twice in it');
  return known;
}

const required = ['createdAt', 'expiresAt', 'id', 'mode', 'note', 'scope', 'sha256'];

function isStoredToken(value: unknown): value is StoredToken & object {
  if (!isJsonObject(value)) return false;
  const { revokedAt, ...rest } = value;
  if (Object.keys(rest).sort().join() !== required.join()) return false;
  const { createdAt, expiresAt, id, mode, note, scope, sha256 } = rest;
  return (
    [createdAt, expiresAt].every(isTime) &&
    (revokedAt === undefined || isTime(revokedAt)) &&
    isTokenId(id) &&
    (mode === 'read' || mode === 'read-write') &&
    typeof note === 'string' &&
    isScope(scope) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}

function isTime(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

function damaged(path: string, why: string): MlError {
  return new MlError('ERR_ML_SERVER_STATE', {
    message: `${path} is damaged: ${why.slice(0, 200)}`,
    fix: 'No token of it is believed. Bring it back from a copy, or move it away and mint tokens anew.',
  });
}

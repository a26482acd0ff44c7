import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { MlError } from '../kernel/index.js';
import { decodeStatement, encodeStatement } from './entry-statement.js';
import type { EntryStatement, TaskHash } from './entry-statement.js';
import { trusts } from './scope.js';
import type { Scope } from './scope.js';

/** The header that carries it: `<base64url of the statement>.<base64url of the signature>.<key id>`. */
export const sealHeader = 'x-nx-ml-seal';

/** Longest text of a seal; what is longer is no seal. */
export const maxSealLength = 1024;

/** Keeps a signature over an entry from meaning anything elsewhere. */
const context = 'nx-ml cache entry 1\n';

/** First 16 hex digits of the sha256 of the raw public key: which key signed, where there are several. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256').update(rawPublicKey(publicKey)).digest('hex').slice(0, 16);
}

/** A public key as it is written into configuration: `ed25519:<base64 of its 32 bytes>`. */
export function formatPublicKey(publicKey: KeyObject): string {
  return `ed25519:${rawPublicKey(publicKey).toString('base64')}`;
}

/** @throws MlError ERR_ML_CACHE_KEY */
export function parsePublicKey(text: string): KeyObject {
  const raw = /^ed25519:([A-Za-z0-9+/]{43}=)$/.exec(text.trim())?.[1];
  if (raw === undefined)
    throw new MlError('ERR_ML_CACHE_KEY', {
      message: `${JSON.stringify(text.slice(0, 80))} is not the public key of a cache server`,
      fix: 'Write ed25519: and the base64 of its 32 bytes, as nx-ml-server key prints it.',
    });
  const x = Buffer.from(raw, 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

export function sealEntry(statement: EntryStatement, privateKey: KeyObject): string {
  const text = encodeStatement(statement);
  const signature = sign(null, Buffer.from(context + text), privateKey);
  const parts = [Buffer.from(text).toString('base64url'), signature.toString('base64url')];
  return [...parts, keyIdOf(createPublicKey(privateKey))].join('.');
}

export interface SealExpectation {
  /** Keys of servers that are believed. */
  readonly keys: readonly KeyObject[];
  readonly hash: TaskHash;
  /** Whoever asks: an entry of a scope that it does not trust is refused. */
  readonly reader: Scope;
}

/**
 * Believes a seal only if a known key signed it, for this very hash, in a scope that the reader trusts. The bytes are then to be
 * compared with its digest by whoever receives them.
 *
 * @throws MlError ERR_ML_CACHE_ENTRY_UNTRUSTED, also where there is no seal: an unsigned entry is never a weaker signed one.
 */
export function openSeal(seal: string | undefined, { keys, hash, reader }: SealExpectation): EntryStatement {
  const [payload, signature, keyId] = partsOf(seal);
  const key = keys.find((each) => keyIdOf(each) === keyId);
  if (key === undefined) throw untrusted(`it is signed by ${keyId}, a key that is not known here`);
  const text = Buffer.from(payload, 'base64url').toString('utf8');
  if (!verify(null, Buffer.from(context + text), key, Buffer.from(signature, 'base64url')))
    throw untrusted('its signature is wrong');
  const statement = decodeStatement(text);
  if (statement.hash !== hash) throw untrusted(`it was stored for ${statement.hash}`);
  if (!trusts(reader, statement.scope))
    throw untrusted(`it was written in the scope ${statement.scope}, which ${reader} does not trust`);
  return statement;
}

function partsOf(seal: string | undefined): readonly [string, string, string] {
  if (seal === undefined) throw untrusted('it is not signed');
  const parts = seal.length > maxSealLength ? [] : seal.split('.');
  const [payload, signature, keyId] = parts;
  const isWellFormed = parts.length === 3 && parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part));
  if (!isWellFormed || payload === undefined || signature === undefined || keyId === undefined)
    throw untrusted('its signature is malformed');
  return [payload, signature, keyId];
}

function untrusted(why: string): MlError {
  return new MlError('ERR_ML_CACHE_ENTRY_UNTRUSTED', {
    message: `An entry of the remote cache is not believed: ${why}`,
    fix: 'It counts as absent and the task runs. Check NX_ML_CACHE_KEY, and whether the server was replaced.',
  });
}

function rawPublicKey(publicKey: KeyObject): Buffer {
  return Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url');
}

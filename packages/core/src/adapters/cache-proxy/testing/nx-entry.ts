import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { parseScope, sealEntry } from '../../../cache/index.js';
import type { EntryStatement, TaskHash } from '../../../cache/index.js';
import { digestOf } from '../../../kernel/index.js';
import { madeUp, tarOf } from '../../../cache-proxy/archive/testing/tar-of.js';
import type { TarEntry } from '../../../cache-proxy/archive/testing/tar-of.js';

export const serverKey = generateKeyPairSync('ed25519');
export const strangerKey = generateKeyPairSync('ed25519');

export const hash = '12345678901234567890' as TaskHash;

/** As Nx makes it. */
export function nxEntry(entries: readonly TarEntry[]): Buffer {
  return gzipSync(tarOf([...entries, ...madeUp]));
}

export const honestBody = nxEntry([
  { path: 'out', type: '5' },
  {
    path: 'out/model.json',
    body: JSON.stringify({ weights: Array.from({ length: 500 }, (_, at) => at * 7919) }),
  },
]);

export interface SealSaying {
  readonly body?: Uint8Array;
  readonly key?: KeyObject;
  readonly said?: Partial<EntryStatement>;
}

/** The seal of an honest server, but for what is said otherwise. */
export function sealOf({
  body = honestBody,
  key = serverKey.privateKey,
  said = {},
}: SealSaying = {}): string {
  const statement: EntryStatement = {
    formatVersion: 1,
    kind: 'nx-cache-entry',
    hash,
    scope: parseScope('protected'),
    digest: digestOf(body),
    size: body.length,
    at: '2026-11-27T12:00:00.000Z',
    ...said,
  };
  return sealEntry(statement, key);
}

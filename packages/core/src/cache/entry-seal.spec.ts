import { createPublicKey, generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import { formatPublicKey, openSeal, parsePublicKey, sealEntry } from './entry-seal.js';
import type { EntryStatement, TaskHash } from './entry-statement.js';
import { parseScope } from './scope.js';

const { privateKey } = generateKeyPairSync('ed25519');
const key = createPublicKey(privateKey);
const stranger = generateKeyPairSync('ed25519').privateKey;
const hash = '12345678901234567890' as TaskHash;
const reader = parseScope('pr-7');
const untrusted = expect.objectContaining({ code: 'ERR_ML_CACHE_ENTRY_UNTRUSTED' }) as Error;

const statement: EntryStatement = {
  formatVersion: 1,
  kind: 'nx-cache-entry',
  hash,
  scope: parseScope('protected'),
  digest: digestOf('body'),
  size: 4,
  at: '2026-11-27T12:00:00.000Z',
};
const expected = { keys: [key], hash, reader };

it('gives back what was sealed', () => {
  expect(openSeal(sealEntry(statement, privateKey), expected)).toEqual(statement);
});

it('lets keys be rotated: any known one is believed', () => {
  const seal = sealEntry(statement, privateKey);
  expect(openSeal(seal, { ...expected, keys: [createPublicKey(stranger), key] })).toEqual(statement);
});

it.each([
  ['no seal', undefined],
  ['an empty one', ''],
  ['half of one', sealEntry(statement, privateKey).split('.').slice(0, 2).join('.')],
  ['one of a stranger', sealEntry(statement, stranger)],
  ['one for another task', sealEntry({ ...statement, hash: '1' as TaskHash }, privateKey)],
  ['one of another pull request', sealEntry({ ...statement, scope: parseScope('pr-8') }, privateKey)],
  ['one of a person', sealEntry({ ...statement, scope: parseScope('user-ada') }, privateKey)],
  ['one that never ends', `${'a'.repeat(5000)}.b.c`],
])('refuses %s', (_, seal) => {
  expect(() => openSeal(seal, expected)).toThrow(untrusted);
});

it('refuses every change of a single character', () => {
  const seal = sealEntry(statement, privateKey);
  fc.assert(
    fc.property(
      fc.nat(seal.length - 1),
      fc.constantFrom('a', 'b', 'Z', '0', '9', '-', '_', '.'),
      (at, letter) => {
        const changed = seal.slice(0, at) + letter + seal.slice(at + 1);
        fc.pre(changed !== seal);
        // The last letter of base64 can carry bits that mean nothing: the same bytes are the same seal.
        const isSame = ((): boolean => {
          const bytes = (text: string): string =>
            text
              .split('.')
              .map((part) => Buffer.from(part, 'base64url').toString('hex'))
              .join('.');
          return bytes(changed) === bytes(seal) && changed.split('.')[2] === seal.split('.')[2];
        })();
        if (!isSame) expect(() => openSeal(changed, expected)).toThrow(untrusted);
      },
    ),
    { numRuns: 2000 },
  );
});

it('writes and reads public keys', () => {
  expect(parsePublicKey(formatPublicKey(key)).equals(key)).toBe(true);
  for (const text of ['', 'ed25519:', `rsa:${formatPublicKey(key).slice(8)}`, `${formatPublicKey(key)}A`])
    expect(() => parsePublicKey(text)).toThrow(
      expect.objectContaining({ code: 'ERR_ML_CACHE_KEY' }) as Error,
    );
});

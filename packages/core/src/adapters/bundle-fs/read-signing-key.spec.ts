import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseTrustedKey } from '../../bundle/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { readSigningKey } from './read-signing-key.js';

describe('readSigningKey', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signing-key-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const pem = (type: 'ed25519' | 'x25519'): string => {
    const { privateKey } =
      type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  };
  const keyIn = (text: string, mode = 0o600) => {
    const path = join(folder, 'bundle.key');
    writeFileSync(path, text);
    chmodSync(path, mode);
    return { NX_ML_SIGNING_KEY_FILE: path };
  };

  it('reads the key of its file, whose public half is what loaders trust', () => {
    const key = readSigningKey(keyIn(pem('ed25519')));
    expect(parseTrustedKey(key?.publicKey ?? '').id).toBe(key?.id);
    expect(readSigningKey({})).toBeUndefined();
    expect(readSigningKey({ NX_ML_SIGNING_KEY_FILE: '' })).toBeUndefined();
  });

  it.each([
    ['others may read', () => keyIn(pem('ed25519'), 0o640), 'others than its owner'],
    ['is of another kind', () => keyIn(pem('x25519')), 'x25519'],
    ['is no key', () => keyIn('hush hush'), 'no private key'],
    ['is too large', () => keyIn('x'.repeat(20_000)), 'no small file'],
    ['is a folder', () => ({ NX_ML_SIGNING_KEY_FILE: folder }), 'no small file'],
    ['is not there', () => ({ NX_ML_SIGNING_KEY_FILE: join(folder, 'none') }), 'ENOENT'],
  ])('refuses one that %s, and tells nothing of it', (_, variables, why) => {
    const error = failureOf(() => readSigningKey(variables()));
    expect(error.code).toBe('ERR_ML_BUNDLE_SIGNING_KEY');
    expect(error.message).toContain(why);
    expect(`${error.message}${error.fix}${String(error.cause)}`).not.toContain('hush');
  });

  it('refuses a public key that is none', () => {
    expect(failureOf(() => parseTrustedKey('ed25519:short')).code).toBe('ERR_ML_BUNDLE_SIGNING_KEY');
  });
});

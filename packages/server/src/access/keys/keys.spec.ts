import { execFile } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { openSeal, parseScope, sealEntry } from '@nx-ml/core/cache';
import type { EntryStatement, TaskHash } from '@nx-ml/core/cache';
import { digestOf } from '@nx-ml/core/kernel';

import { temporaryState } from '../testing/temporary-state.js';
import type { TemporaryState } from '../testing/temporary-state.js';
import { openStateFolder } from '../state/index.js';
import { describeKey, SigningKeyFile } from './index.js';

const damaged = expect.objectContaining({ code: 'ERR_ML_SERVER_STATE' }) as Error;
const hook = require.resolve('../../../../core/src/kernel/testing/typescript-hook.cjs');
let place: TemporaryState;

beforeEach(() => {
  place = temporaryState();
});

afterEach(() => {
  place.remove();
});

const open = (): SigningKeyFile => new SigningKeyFile(openStateFolder(place.path));
const ids = async (file: SigningKeyFile): Promise<readonly string[]> =>
  (await file.current()).publicKeys.map((key) => describeKey(key).id);
const statement: EntryStatement = {
  formatVersion: 1,
  kind: 'nx-cache-entry',
  hash: '1' as TaskHash,
  scope: parseScope('protected'),
  digest: digestOf('body'),
  size: 4,
  at: '2026-11-27T12:00:00.000Z',
};

it('makes a key at first use, for us alone, and finds it again', async () => {
  const { privateKey, publicKeys } = await open().current();
  expect(publicKeys).toHaveLength(1);
  expect(createPublicKey(privateKey).equals(publicKeys[0] ?? privateKey)).toBe(true);
  expect(statSync(place.at('signing.key')).mode & 0o777).toBe(0o600);
  expect((await open().current()).privateKey.equals(privateKey)).toBe(true);
});

it('makes one key, however many processes use it first', async () => {
  const script = `
    const { openStateFolder } = require(${JSON.stringify(require.resolve('../state/index.ts'))});
    const { SigningKeyFile, describeKey } = require(${JSON.stringify(require.resolve('./index.ts'))});
    new SigningKeyFile(openStateFolder(${JSON.stringify(place.path)})).current()
      .then(({ publicKeys }) => console.log(publicKeys.map((key) => describeKey(key).id).join()));`;
  const run = (): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, ['--conditions=@nx-ml/source', '-r', hook, '-e', script]);
  const told = await Promise.all([run(), run(), run()]);
  expect(new Set(told.map(({ stdout }) => stdout.trim()))).toEqual(new Set([(await ids(open())).join()]));
});

it('believes after a rotation what the old key signed, and signs with the new one', async () => {
  const file = open();
  const before = await file.current();
  const seal = sealEntry(statement, before.privateKey);
  await open().rotate({ keepOld: true });
  const after = await file.current();
  expect(after.privateKey.equals(before.privateKey)).toBe(false);
  const reader = statement.scope;
  expect(openSeal(seal, { keys: after.publicKeys, hash: statement.hash, reader })).toEqual(statement);
  const fresh = sealEntry(statement, after.privateKey);
  expect(openSeal(fresh, { keys: after.publicKeys, hash: statement.hash, reader })).toEqual(statement);
});

it('lists the newest first, each once, over many rotations', async () => {
  const file = open();
  let seen = await ids(file);
  for (let round = 0; round < 3; round += 1) {
    await file.rotate({ keepOld: true });
    const now = await ids(file);
    expect(now.slice(1)).toEqual(seen);
    seen = now;
  }
  expect(new Set(seen).size).toBe(4);
});

it('believes no old key when it became known to others', async () => {
  const file = open();
  const { privateKey } = await file.current();
  await file.rotate({ keepOld: true });
  await file.rotate({ keepOld: false });
  const { publicKeys } = await file.current();
  expect(publicKeys).toHaveLength(1);
  const stolen = sealEntry(statement, privateKey);
  expect(() =>
    openSeal(stolen, { keys: publicKeys, hash: statement.hash, reader: statement.scope }),
  ).toThrow();
});

it('can begin with a rotation', async () => {
  await open().rotate({ keepOld: true });
  expect(await ids(open())).toHaveLength(1);
});

it.each<[string, string | Buffer]>([
  ['nothing', ''],
  ['half of one', '-----BEGIN PRIVATE KEY-----\nMC4CAQAw'],
  [
    'one of another kind',
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ],
])('refuses %s in place of the key, and makes no new one over it', async (_, content) => {
  await open().current();
  writeFileSync(place.at('signing.key'), content);
  await expect(open().current()).rejects.toEqual(damaged);
  await expect(open().rotate({ keepOld: true })).rejects.toEqual(damaged);
  expect(readFileSync(place.at('signing.key')).toString()).toBe(content.toString());
});

it('refuses a key that others can read, and a list that is damaged', async () => {
  await open().rotate({ keepOld: false });
  chmodSync(place.at('signing.key'), 0o644);
  await expect(open().current()).rejects.toEqual(damaged);
  chmodSync(place.at('signing.key'), 0o600);
  writeFileSync(place.at('signing.pub'), 'ed25519:AAAA\n');
  await expect(open().current()).rejects.toEqual(damaged);
});

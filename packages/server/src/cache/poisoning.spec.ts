import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

import { sealEntry } from '@nx-ml/core/cache';
import type { EntryStatement } from '@nx-ml/core/cache';
import { digestOf } from '@nx-ml/core/kernel';

import { freshKeys, openServerRig } from '../testing/server-rig.js';
import type { ServerRig } from '../testing/server-rig.js';
import { encodeTrailer, sealBytes } from './sealed-body.js';

let rig: ServerRig;
const warnings: string[] = [];
beforeEach(async () => {
  warnings.length = 0;
  rig = await openServerRig({ warn: (message) => warnings.push(message) });
});
afterEach(() => rig.close());

const good = 'what the protected branch built';
const evil = 'what somebody else made of it';
const file = (scope: string, hash: string): string =>
  join(rig.storage, 'cache', scope, hash.slice(0, 2), hash);
const got = async (token: string, hash: string): Promise<string | number> => {
  const { status, body } = await rig.get(token, hash);
  return status === 200 ? String(body) : status;
};
/** As somebody who can write into the storage, past the server. */
const plant = (path: string, bytes: Buffer): void => {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.rmSync(path, { force: true });
  fs.writeFileSync(path, bytes);
};

describe('An entry of a pull request', () => {
  it('that came first is not what the protected branch gets, nor another pull request', async () => {
    expect(await rig.put('pr-7', '111', evil)).toBe(200);
    expect(await got('protected', '111')).toBe(404);
    expect(await got('pr-8', '111')).toBe(404);
    expect(await got('user-ada', '111')).toBe(404);
    expect(await rig.put('protected', '111', good)).toBe(200);
    expect(await got('protected', '111')).toBe(good);
    expect(await got('pr-8', '111')).toBe(good);
  });

  it('that comes second replaces nothing', async () => {
    expect(await rig.put('protected', '111', good)).toBe(200);
    expect(await rig.put('pr-7', '111', evil)).toBe(200);
    expect(await got('protected', '111')).toBe(good);
    expect(await got('pr-8', '111')).toBe(good);
  });

  it('that comes at the same time touches no other scope, whoever wins within each', async () => {
    for (let round = 0; round < 10; round += 1) {
      const hash = `9${String(round)}`;
      const tokens = ['protected', 'pr-7', 'protected', 'pr-7', 'pr-8'];
      const statuses = await Promise.all(
        tokens.map((token, index) => rig.put(token, hash, `${token} ${String(index)}`)),
      );
      expect(statuses.filter((status) => status === 200)).toHaveLength(3);
      expect(await got('protected', hash)).toMatch(/^protected [02]$/);
      expect(await got('pr-7', hash)).toMatch(/^pr-7 [13]$/);
      expect(await got('user-ada', hash)).toMatch(/^protected [02]$/);
    }
  });

  it('cannot be put into another scope by what a request says of itself', async () => {
    for (const headers of [
      { 'x-nx-ml-scope': 'protected' },
      { 'x-nx-ml-seal': 'a.b.c' },
      { 'x-http-method-override': 'DELETE' },
    ])
      await rig.ask('PUT', '/v1/cache/111?scope=protected', { token: 'pr-7', body: evil, headers });
    expect(await got('protected', '111')).toBe(404);
  });
});

it('An entry is never replaced within its scope either', async () => {
  expect(await rig.put('protected', '111', good)).toBe(200);
  expect(await rig.put('protected', '111', evil)).toBe(409);
  expect(await got('protected', '111')).toBe(good);
});

describe.each([
  ['small', 1000],
  ['large', 1_500_000],
])('A %s entry on the disk', (_, size) => {
  const body = randomBytes(size);
  beforeEach(async () => {
    await rig.put('protected', '111', body);
    await rig.put('pr-7', '222', randomBytes(size));
  });

  it('is given back as it came', async () => {
    expect((await rig.get('protected', '111')).body.equals(body)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a byte at its start', 0],
    ['a byte in its midst', size >> 1],
    ['its last byte', size - 1],
  ])('with %s changed never arrives whole', async (_name, at) => {
    const bytes = fs.readFileSync(file('protected', '111'));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    plant(file('protected', '111'), bytes);
    await expectNothing('protected', '111');
  });

  it('that was changed after it had been read once never arrives whole', async () => {
    if (size > 500_000) {
      await rig.get('protected', '111');
      const bytes = fs.readFileSync(file('protected', '111'));
      bytes[7] = (bytes[7] ?? 0) ^ 1;
      fs.chmodSync(file('protected', '111'), 0o600);
      fs.writeFileSync(file('protected', '111'), bytes);
    }
    if (size > 500_000) await expectNothing('protected', '111');
    // A small one is in memory since it was verified: what is on the disk is not asked for.
    else expect((await rig.get('protected', '111')).body.equals(body)).toBe(true);
  });

  it.each([
    ['a shortened body', (bytes: Buffer) => bytes.subarray(1)],
    ['a lengthened body', (bytes: Buffer) => Buffer.concat([Buffer.alloc(1), bytes])],
    ['a cut seal', (bytes: Buffer) => bytes.subarray(0, -10)],
    ['no seal, as older caches have it', (bytes: Buffer) => bytes.subarray(0, -sealBytes)],
    ['an empty seal', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -sealBytes), encodeTrailer('')])],
    ['nothing', () => Buffer.alloc(0)],
    ['zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ])('with %s is none', async (_name, change) => {
    plant(file('protected', '111'), change(fs.readFileSync(file('protected', '111'))));
    expect(await got('protected', '111')).toBe(404);
    expect(warnings).toHaveLength(1);
  });

  it('of another hash is none', async () => {
    plant(file('protected', '333'), fs.readFileSync(file('protected', '111')));
    expect(await got('protected', '333')).toBe(404);
  });

  it('of another scope is none, for the one that it was taken from too', async () => {
    plant(file('protected', '222'), fs.readFileSync(file('pr-7', '222')));
    fs.rmSync(file('pr-7', '222'));
    expect(await got('protected', '222')).toBe(404);
    expect(await got('pr-7', '222')).toBe(404);
    expect(await got('pr-8', '222')).toBe(404);
  });

  it('that somebody else signed is none', async () => {
    const statement: EntryStatement = {
      formatVersion: 1,
      kind: 'nx-cache-entry',
      hash: '111' as EntryStatement['hash'],
      scope: 'protected' as EntryStatement['scope'],
      digest: digestOf(evil),
      size: evil.length,
      at: '2026-11-27T12:00:00.000Z',
    };
    const seal = encodeTrailer(sealEntry(statement, freshKeys().privateKey));
    plant(file('protected', '111'), Buffer.concat([Buffer.from(evil), seal]));
    expect(await got('protected', '111')).toBe(404);
  });

  it('is none when its key is believed no more', async () => {
    rig.keys = freshKeys();
    await rig.restart();
    expect(await got('protected', '111')).toBe(404);
  });

  it('that is a link to another file is none', async () => {
    const outside = join(rig.storage, 'outside');
    fs.renameSync(file('protected', '111'), outside);
    fs.symlinkSync(outside, file('protected', '111'));
    expect(await got('protected', '111')).toBe(404);
    expect(await rig.put('protected', '111', good)).toBe(409);
    expect(fs.lstatSync(file('protected', '111')).isSymbolicLink()).toBe(true);
  });

  it('falls back on the protected one where the own one is damaged', async () => {
    await rig.put('pr-7', '111', evil);
    const bytes = fs.readFileSync(file('pr-7', '111'));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    plant(file('pr-7', '111'), bytes);
    expect((await rig.get('pr-7', '111')).body.equals(body)).toBe(true);
  });

  /** Either 404, or a connection that breaks before all of it came. */
  async function expectNothing(token: string, hash: string): Promise<void> {
    const answer = await rig.get(token, hash).catch(() => undefined);
    expect([undefined, 404]).toContain(answer?.status);
    expect(warnings).toHaveLength(1);
  }
});

it('A folder of a scope that is a link leads nowhere that was not signed for it', async () => {
  await rig.put('pr-7', '111', evil);
  fs.symlinkSync(join(rig.storage, 'cache/pr-7'), join(rig.storage, 'cache/protected'));
  expect(await got('protected', '111')).toBe(404);
});

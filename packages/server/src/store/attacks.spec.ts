import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { encodeBudgetEntry } from '@nx-ml/core/gate';
import { open } from '@nx-ml/core/gate/testing';
import { digestOf } from '@nx-ml/core/kernel';
import { bytesSource, collect, objectBlob, RemoteJournal } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

import { openStoreRig } from './testing/store-rig.js';
import type { StoreRig } from './testing/store-rig.js';

const bytes = Buffer.from('a model that was reviewed');
const digest = digestOf(bytes);
const refused = expect.objectContaining({ code: 'ERR_ML_REMOTE_REFUSED' }) as Error;
const path = (name: string): string => `/v1/store/blobs/${name}`;

async function textOf(blobs: Blobs, name: string): Promise<string | undefined> {
  const stream = await blobs.read(name);
  return stream && String(await collect(stream, 1e6));
}

async function namesOf(blobs: Blobs): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of blobs.list('')) names.push(name);
  return names;
}

describe('against a store that is served', () => {
  let rig: StoreRig;
  let main: Blobs;
  let pr: Blobs;
  beforeEach(async () => {
    rig = await openStoreRig({ pace: { every: 300, least: 1000 } });
    [main, pr] = [rig.client('protected'), rig.client('pr-7', { retries: 1 })];
  });
  afterEach(() => rig.close());

  it.each([bytes, randomBytes(2 ** 21)])('wrong bytes get no name that tells other ones', async (wrong) => {
    const names = [
      objectBlob(digestOf('other')),
      `chunks/${'0'.repeat(64)}`,
      `packs/${'0'.repeat(64)}.index`,
    ];
    for (const name of names) {
      await expect(pr.write(name, bytesSource(wrong))).rejects.toEqual(refused);
      expect([await pr.size(name), await main.size(name)]).toEqual([undefined, undefined]);
    }
    expect(await namesOf(pr)).toEqual([]);
    expect(filesBelow(rig.uploads)).toEqual([]);
  });

  it('a recipe, a pack and its index that lie are read by those alone who wrote them', async () => {
    const lie = Buffer.from('a lie');
    const names = [`recipes/sha256/${'a'.repeat(2)}/${'a'.repeat(62)}`, `packs/${'b'.repeat(64)}.pack`];
    for (const name of names) await pr.write(name, bytesSource(lie));
    const index = `packs/${digestOf(lie).slice('sha256:'.length)}.index`;
    await pr.write(index, bytesSource(lie));
    for (const reader of [main, rig.client('pr-8'), rig.client('user-ada')]) {
      expect(await namesOf(reader)).toEqual([]);
      for (const name of [...names, index]) expect(await reader.read(name)).toBeUndefined();
    }
  });

  it('what the protected scope has stays what it is, whoever writes, creates or removes that name', async () => {
    const name = `packs/${'c'.repeat(64)}.pack`;
    await main.write(name, bytesSource(bytes));
    expect(await pr.create(name, Buffer.from('evil'))).toBe(false);
    await pr.write(name, bytesSource(Buffer.from('evil')));
    expect([await textOf(main, name), await textOf(rig.client('pr-8'), name)]).toEqual(
      Array(2).fill(String(bytes)),
    );
    await pr.remove(name);
    await pr.remove(name);
    expect([await textOf(main, name), await textOf(pr, name)]).toEqual(Array(2).fill(String(bytes)));
  });

  it('a fork of a journal is one for whoever made it', async () => {
    await new RemoteJournal(main).append('runs/ab/cd', 0, { result: 'reviewed' });
    await new RemoteJournal(pr).append('runs/ab/cd', 1, { result: 'poisoned' });
    for (const reader of [main, rig.client('pr-8')])
      expect((await new RemoteJournal(reader).last('runs/ab/cd'))?.payload).toEqual({ result: 'reviewed' });
    await new RemoteJournal(main).append('runs/ab/cd', 1, { result: 'next' });
    expect((await new RemoteJournal(pr).last('runs/ab/cd'))?.payload).toEqual({ result: 'poisoned' });
  });

  it('which model is the accepted one says no pull request, and no person', async () => {
    for (const scope of ['pr-7', 'user-ada'])
      await expect(
        new RemoteJournal(rig.client(scope)).append('registry/w/m', 0, { to: 'mine' }),
      ).rejects.toEqual(refused);
    expect(await new RemoteJournal(main).read('registry/w/m')).toEqual([]);
  });

  it('an entry is not created behind a gap, over another, or as anything but an entry', async () => {
    await new RemoteJournal(main).append('gate/x', 0, encodeBudgetEntry(open()));
    const entry = (sequence: number): string => `journals/gate/x/0000000${String(sequence)}.json`;
    const first = Buffer.from((await textOf(main, entry(0))) ?? '');
    expect([await pr.create(entry(0), first), await pr.create(entry(2), first)]).toEqual([false, false]);
    await expect(pr.create(entry(1), first)).rejects.toEqual(refused);
    await expect(pr.write(entry(1), bytesSource(first))).rejects.toEqual(refused);
    await expect(main.remove(entry(0))).rejects.toEqual(refused);
    expect(await new RemoteJournal(main).read('gate/x')).toHaveLength(1);
  });

  it('what others have is not listed, not even by asking for its place', async () => {
    await rig.client('pr-8').write('packs/secret.pack', bytesSource(bytes));
    const ask = (query: string): Promise<{ status: number; body: Buffer }> =>
      rig.server.ask('GET', `/v1/store/list?${query}`, { token: 'pr-7' });
    expect(String((await ask('')).body)).toBe('{"blobs":[]}');
    for (const query of [
      'prefix=../pr-8/',
      'prefix=..%2Fpr-8%2F',
      'prefix=/',
      'prefix=store/pr-8',
      'after=../pr-8%00',
      'limit=0',
      'limit=10001',
      'limit=1e3',
      'prefix=a/&prefix=b/',
    ])
      expect([query, (await ask(query)).status]).toEqual([query, 400]);
  });

  it.each([
    '..%2fpr-8%2fsecret.pack',
    '%2e%2e/pr-8/secret.pack',
    'packs%2f..%2f..%2fpr-8%2fsecret.pack',
    'packs//secret.pack',
    'packs/%00',
    'packs/%5c..%5c',
    'PACKS/a',
    '%ff',
    '%',
    '',
  ])('the name %j leads nowhere', async (name) => {
    fs.writeFileSync(join(rig.folder, 'outside'), 'secret');
    for (const method of ['GET', 'HEAD', 'DELETE'])
      expect([400, 404]).toContain((await rig.server.ask(method, path(name), { token: 'pr-7' })).status);
    expect([400, 404]).toContain(
      (await rig.server.ask('PUT', path(name), { token: 'pr-7', body: 'x' })).status,
    );
    expect(filesBelow(rig.folder)).toEqual(['outside']);
  });

  it('a link in the storage leads nowhere', async () => {
    await pr.write('packs/a.pack', bytesSource(bytes));
    fs.writeFileSync(join(rig.folder, 'secret'), 'secret');
    fs.symlinkSync(join(rig.folder, 'secret'), join(rig.folder, 'store/pr-7/packs/b.pack'));
    expect([await pr.size('packs/b.pack'), await pr.read('packs/b.pack'), await namesOf(pr)]).toEqual([
      undefined,
      undefined,
      ['packs/a.pack'],
    ]);
  });

  it('a token that may only read writes nothing, and none, or another, reads nothing', async () => {
    const reader = rig.client('protected:read');
    await main.write('packs/a.pack', bytesSource(bytes));
    expect(await textOf(reader, 'packs/a.pack')).toBe(String(bytes));
    await expect(reader.write('packs/b.pack', bytesSource(bytes))).rejects.toEqual(refused);
    await expect(reader.write(objectBlob(digest), bytesSource(bytes))).rejects.toEqual(refused);
    await expect(reader.create('packs/b.pack', bytes)).rejects.toEqual(refused);
    await expect(reader.remove('packs/a.pack')).rejects.toEqual(refused);
    const secret = 'nxml_VERYSECRET';
    for (const run of [
      () => rig.client(secret).size('packs/a.pack'),
      () => rig.client(secret).read('packs/a.pack'),
      () => namesOf(rig.client(secret)),
    ]) {
      const error = (await run().catch((failure: unknown) => failure)) as Error & { fix: string };
      expect(error).toEqual(refused);
      expect(`${error.message} ${error.fix} ${String(error.stack)}`).not.toContain('VERYSECRET');
    }
  });

  it('an upload of more, or of less, than was announced is none', async () => {
    const name = objectBlob(digestOf(randomBytes(10)));
    const put = async (headers: Record<string, string>, body: string | Buffer): Promise<number> =>
      (await rig.server.ask('PUT', path(name), { token: 'pr-7', headers, body })).status;
    expect(await put({ 'content-range': 'bytes 0-9/5' }, Buffer.alloc(10))).toBe(400);
    expect(await put({ 'content-range': 'bytes 0-4/5' }, Buffer.alloc(10))).toBe(400);
    expect(await put({ 'content-range': 'bytes 5-9/3000000' }, Buffer.alloc(5))).toBe(409);
    expect(await put({ 'content-range': 'bytes */5' }, Buffer.alloc(5))).toBe(400);
    expect(await put({ 'transfer-encoding': 'chunked', 'content-length': '' }, 'x')).not.toBe(201);
    expect(await namesOf(pr)).toEqual([]);
    // What follows an upload on its connection is another request, and no more of it.
    const answer = await raw(rig, [
      `PUT ${path('packs/a.pack')} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pr-7\r\ncontent-length: 3\r\n\r\n`,
      'abcdef\r\n\r\n',
    ]);
    expect(answer).toMatch(/HTTP\/1.1 400/);
    expect([undefined, 'abc']).toContain(await textOf(pr, 'packs/a.pack'));
  });

  it('an upload that hardly moves is given up, and what came of it is kept for its end', async () => {
    const whole = randomBytes(3 * 2 ** 20);
    const name = objectBlob(digestOf(whole));
    const head = `PUT ${path(name)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pr-7\r\ncontent-length: ${String(whole.length)}\r\n\r\n`;
    await raw(rig, [head, whole.subarray(0, 2 ** 21)]);
    expect(await pr.size(name)).toBeUndefined();
    const [file] = filesBelow(rig.uploads);
    expect(fs.statSync(join(rig.uploads, String(file))).size).toBeGreaterThan(2 ** 20);
    let told = 0;
    await pr.write(name, bytesSource(whole), { onBytes: (count) => (told += count) });
    expect([told, await pr.size(name)]).toEqual([whole.length, whole.length]);
    expect(filesBelow(rig.uploads)).toEqual([]);
  });

  it('a question of too many names, or of none, is refused', async () => {
    const have = async (body: string): Promise<number> =>
      (await rig.server.ask('POST', '/v1/store/have', { token: 'pr-7', body })).status;
    const many = Array.from({ length: 10_001 }, (_, n) => `a${String(n)}`);
    for (const names of [many, ['../a'], [1], 'a', undefined])
      expect(await have(JSON.stringify({ names }))).toBe(400);
    for (const body of ['', 'null', '[]', '{'.repeat(100_000)]) expect(await have(body)).toBe(400);
    expect(await have('{"names":["a"]}')).toBe(200);
  });
});

describe('of the room that uploads take', () => {
  it('a scope has no more than its own, and the oldest leftovers go first', async () => {
    const limits = { uploads: { bytesOfScope: 10 * 2 ** 20, expiry: 3_600_000 } };
    const rig = await openStoreRig({ limits });
    const begin = async (scope: string, size: number): Promise<number> => {
      const name = objectBlob(digestOf(`${scope} ${String(size)}`));
      const headers = { 'content-range': `bytes 0-4194303/${String(size)}` };
      const body = Buffer.alloc(4 * 2 ** 20);
      return (await rig.server.ask('PUT', path(name), { token: scope, headers, body })).status;
    };
    expect(await begin('pr-7', 11 * 2 ** 20)).toBe(507);
    for (const size of [6, 5, 7]) expect(await begin('pr-7', size * 2 ** 20)).toBe(202);
    expect(filesBelow(rig.uploads)).toHaveLength(1);
    expect(await begin('pr-8', 6 * 2 ** 20)).toBe(202);
    expect(filesBelow(rig.uploads)).toHaveLength(2);
    for (const file of filesBelow(rig.uploads)) fs.utimesSync(join(rig.uploads, file), 1, 1);
    await rig.server.restart();
    await until(() => filesBelow(rig.uploads).length === 0);
    await rig.close();
  });

  it('a full disk is 507, keeps nothing, and is told as such', async () => {
    const full = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC', syscall: 'write' });
    const rig = await openStoreRig({
      over: (blobs) =>
        new Proxy(blobs, {
          get: (target, key: keyof typeof blobs) => {
            if (key === 'write') return () => Promise.reject(storageFull(full));
            const value: unknown = target[key];
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        }),
    });
    await expect(
      rig.client('pr-7', { retries: 0 }).write('packs/a', bytesSource(bytes)),
    ).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_UNAVAILABLE',
      message: expect.stringContaining('no room') as string,
    });
    await rig.close();
  });
});

function storageFull(cause: Error): Error {
  return Object.assign(new Error('full'), { name: 'MlError', code: 'ERR_ML_REMOTE_UNAVAILABLE', cause });
}

/** Sends that, and no more, to the end of the connection or for a while. @returns all that was answered */
function raw(rig: StoreRig, parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(rig.server.port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (data) => (text += String(data))).on('error', () => undefined);
    socket.on('close', () => {
      resolve(text);
    });
  });
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name).slice(folder.length + 1))
    .filter((name) => !name.startsWith('tmp/'));
}

import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';

import { encodeBudgetEntry } from '@nx-ml/core/gate';
import { open } from '@nx-ml/core/gate/testing';
import { digestOf } from '@nx-ml/core/kernel';
import { bytesSource, objectBlob, RemoteJournal } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

import { openStoreRig } from './testing/store-rig.js';
import type { StoreRig } from './testing/store-rig.js';
import { filesBelow, namesOf, textOf } from './testing/what-is-there.js';

const bytes = Buffer.from('a model that was reviewed');
const digest = digestOf(bytes);
const refused = expect.objectContaining({ code: 'ERR_ML_REMOTE_REFUSED' }) as Error;
const path = (name: string): string => `/v1/store/blobs/${name}`;

describe('against a store that is served', () => {
  let rig: StoreRig;
  let main: Blobs;
  let pr: Blobs;
  beforeEach(async () => {
    rig = await openStoreRig();
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

import * as fs from 'node:fs';
import { join } from 'node:path';

import { digestOf, hexOf } from '../../kernel/index.js';
import { openFolderStore } from './index.js';
import type { FolderStore } from './index.js';
import { Scratch } from './testing/scratch.js';

/** What docs/design/store.md says of the bytes on disk: other programs and later versions rely on it. */
describe('A folder store on disk', () => {
  let scratch: Scratch;
  let store: FolderStore;

  beforeEach(async () => {
    scratch = new Scratch();
    store = await openFolderStore({ root: scratch.root });
  });
  afterEach(() => {
    scratch.remove();
  });

  it('keeps an object whole and read-only under the name of its digest', async () => {
    await store.objects.putBytes(Buffer.from('hello'));
    const hex = hexOf(digestOf('hello'));
    const path = join(scratch.root, 'objects/sha256', hex.slice(0, 2), hex.slice(2));
    expect(fs.readFileSync(path, 'utf8')).toBe('hello');
    expect(fs.statSync(path).mode & 0o222).toBe(0);
  });

  it('keeps a journal entry as canonical JSON, upper case marked in its folders', async () => {
    await store.journals.append('Shop@1/deploys', 0, { to: 'v2', at: 7 });
    const folder = join(scratch.root, 'journals', '^shop@1', 'deploys');
    const fields =
      '"formatVersion":1,"journal":"Shop@1/deploys","payload":{"at":7,"to":"v2"},"previous":null,"sequence":0}\n';
    const digest = digestOf(`{${fields}`);
    expect(fs.readdirSync(folder)).toEqual(['00000000.json']);
    expect(fs.readFileSync(join(folder, '00000000.json'), 'utf8')).toBe(`{"digest":"${digest}",${fields}`);
    expect(await store.journals.last('Shop@1/deploys')).toMatchObject({ digest });
  });

  it('leaves nothing in tmp, also for what was there already', async () => {
    const large = scratch.write('large', Buffer.alloc(2_000_000, 'x'));
    const puts = [large, large, scratch.write('small', 'x'), scratch.at('small')];
    for (const path of puts) await store.objects.put(path);
    await store.journals.append('log', 0, {});
    await store.journals.append('log', 0, {});
    expect([scratch.count('tmp'), scratch.objects().length]).toEqual([0, 2]);
  });

  it('keeps a damaged object in quarantine under its name', async () => {
    const { digest } = await store.objects.putBytes(Buffer.from('hello'));
    const path = scratch.objects()[0]?.path ?? '';
    fs.chmodSync(path, 0o644);
    fs.writeFileSync(path, 'hullo');
    await expect(store.objects.readBytes(digest)).rejects.toMatchObject({
      code: 'ERR_ML_OBJECT_CORRUPT',
      message: expect.stringContaining(join(scratch.root, 'quarantine')) as unknown,
    });
    const [name = ''] = fs.readdirSync(join(scratch.root, 'quarantine'));
    expect(name.startsWith(`${hexOf(digest)}.`)).toBe(true);
    expect(fs.readFileSync(join(scratch.root, 'quarantine', name), 'utf8')).toBe('hullo');
  });

  it('refuses a name that was not UTF-8, which Node shows with a replacement character', async () => {
    scratch.write('data/caf\uFFFD', 'x');
    const expected = { code: 'ERR_ML_PATH_UNSAFE', message: expect.stringContaining('UTF-8') as unknown };
    await expect(store.objects.putTree(scratch.at('data'))).rejects.toMatchObject(expected);
  });

  it('names all objects that a tree misses at once', async () => {
    for (const name of ['a', 'b', 'c']) scratch.write(`data/${name}`, name);
    const ref = await store.objects.putTree(scratch.at('data'));
    for (const { digest, path } of scratch.objects())
      if (digest === digestOf('a') || digest === digestOf('c')) fs.rmSync(path);
    await expect(store.objects.materialise(ref, scratch.at('out'))).rejects.toMatchObject({
      code: 'ERR_ML_OBJECT_MISSING',
      detail: [digestOf('a'), digestOf('c')],
    });
  });
});

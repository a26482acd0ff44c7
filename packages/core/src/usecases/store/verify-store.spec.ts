import * as fs from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import { blob, GcFolder } from '../testing/gc-folder.js';
import type { KeptBy } from './gc-roots.js';
import { verifyStore } from './verify-store.js';
import type { MendWanted } from './verify-store.js';

let folder: GcFolder;

beforeEach(async () => {
  folder = await GcFolder.open();
});
afterEach(() => {
  folder.remove();
});

describe('In a folder store that is verified,', () => {
  it('what is damaged is told by what needs it, and mended from copies, lists of files first', async () => {
    const tree = await folder.putTree('a', 'b');
    folder.point(tree);
    const all = [...(await folder.there())];
    for (const digest of all) folder.damage(digest);
    const ask = { workspaces: [], now: folder.now, onProgress: () => undefined };
    const first = await verifyStore(ask, folder.deps);
    expect(first.damaged.map(({ found, neededBy }) => [found, neededBy.length]).sort()).toEqual([
      ['now', 0],
      ['now', 0],
      ['now', 1],
    ]);
    const copies = new Map<string, Buffer>(['a', 'b'].map((text) => [digestOf(text), Buffer.from(text)]));
    const files = ['a', 'b'].map((path) => ({ path, digest: digestOf(path), size: 1 }));
    copies.set(tree.digest, encodeTree(files));
    const mend = async (wanted: readonly MendWanted[]): Promise<ReadonlyMap<Digest, string>> => {
      const needed = wanted.filter(({ neededBy }) => neededBy.length > 0);
      for (const { digest } of needed)
        await (await folder.objects()).putBytes(copies.get(digest) ?? Buffer.alloc(0));
      return new Map(needed.map(({ digest }) => [digest, 'a copy']));
    };
    const second = await verifyStore({ ...ask, mending: { mend, isFor: () => false } }, folder.deps);
    expect(second.damaged.map(({ found, mendedFrom }) => [found, mendedFrom])).toEqual(
      Array.from({ length: 3 }, () => ['before', 'a copy']),
    );
    expect(second.damaged[0]?.digest).toBe(tree.digest);
    expect(await (await folder.objects()).verify(tree)).toEqual({ missing: [], corrupt: [] });
    expect((await verifyStore(ask, folder.deps)).damaged).toEqual([]);
  });

  it('what is needed and missing is brought for those that were asked for, files after their list', async () => {
    const tree = await folder.putTree('a', 'b');
    const elsewhere = await folder.putTree('c');
    const bytes = new Map<Digest, Buffer>();
    for (const digest of await folder.there()) {
      bytes.set(digest, await (await folder.objects()).readBytes(digest));
      fs.rmSync(folder.pathOf(digest));
    }
    folder.point(tree);
    folder.point(elsewhere, { in: 'index', repository: '/ws', blob });
    const asked: number[] = [];
    const mend = async (wanted: readonly MendWanted[]): Promise<ReadonlyMap<Digest, string>> => {
      asked.push(wanted.length);
      const has = wanted.filter(({ digest }) => digest !== digestOf('b'));
      for (const { digest } of has)
        await (await folder.objects()).putBytes(bytes.get(digest) ?? Buffer.alloc(0));
      return new Map(has.map(({ digest }) => [digest, 'afar']));
    };
    const ask = { workspaces: [], now: folder.now, onProgress: () => undefined };
    const isFor = (kept: KeptBy): boolean => kept.by === 'pointer' && kept.place.in === 'files';
    const { missing } = await verifyStore({ ...ask, mending: { mend, isFor } }, folder.deps);
    expect(asked).toEqual([1, 2, 1]);
    expect(new Map(missing.map(({ digest, mendedFrom }) => [digest, mendedFrom]))).toEqual(
      new Map([
        [tree.digest, 'afar'],
        [digestOf('a'), 'afar'],
        [digestOf('b'), undefined],
      ]),
    );
    expect((await verifyStore(ask, folder.deps)).missing).toEqual([]);
  });

  it('broken journals are told', async () => {
    await folder.append('a', {});
    fs.appendFileSync(join(folder.root, 'journals/a/00000000.json'), 'x');
    const { brokenJournals } = await verifyStore(
      { workspaces: [], now: folder.now, onProgress: () => undefined },
      folder.deps,
    );
    expect(brokenJournals).toMatchObject([{ code: 'ERR_ML_JOURNAL_BROKEN' }]);
  });
});

import * as fs from 'node:fs';
import { join } from 'node:path';

import { openGcStore } from '../../adapters/store-fs/gc/index.js';
import { openFolderStore } from '../../adapters/store-fs/index.js';
import { systemError, watchedCalls } from '../../adapters/store-fs/testing/scratch.js';
import { encodePointer } from '../../documents/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import { blob, dayMs, digests, GcFolder, refusal, request } from '../testing/gc-folder.js';
import { collectGarbage, planGarbage } from './collect-garbage.js';

const commit = '1'.repeat(40);

let folder: GcFolder;

beforeEach(async () => {
  folder = await GcFolder.open();
});
afterEach(() => {
  folder.remove();
});

describe('Garbage of a folder store', () => {
  it('is deleted, and what a pointer names is kept with all its files', async () => {
    folder.point(await folder.putTree('a', 'b'));
    const file = await folder.put('c');
    folder.point(file, { in: 'index', repository: '/ws', blob });
    await folder.putTree('a', 'd');
    const before = await folder.there();
    const deleted = await folder.collect();
    expect(deleted).toHaveLength(2);
    expect(deleted).toContain(digestOf('d'));
    expect((await folder.there()).size).toBe(before.size - 2);
    expect(await (await folder.objects()).verify(file)).toEqual({ missing: [], corrupt: [] });
  });

  it('is not touched by whoever only plans', async () => {
    await folder.put('a');
    const files = (): unknown => fs.readdirSync(folder.root, { recursive: true }).sort();
    const before = files();
    const plan = await planGarbage(request(), folder.deps);
    expect(plan.sweep.waiting).toHaveLength(1);
    expect(files()).toEqual(before);
  });

  it('of quarantine and tmp goes with the grace', async () => {
    fs.writeFileSync(join(folder.root, 'tmp/left'), 'x');
    fs.writeFileSync(join(folder.root, `quarantine/${'0'.repeat(64)}.1`), 'x');
    await folder.collect();
    expect([
      fs.readdirSync(join(folder.root, 'tmp')),
      fs.readdirSync(join(folder.root, 'quarantine')),
    ]).toEqual([[], []]);
  });

  it('costs nothing that is needed when any one call fails, and goes with the next gc', async () => {
    folder.point(await folder.putTree('a', 'b'));
    const needed = await folder.there();
    await folder.put('c');
    await folder.collectOnce();
    folder.now += 15 * dayMs;
    let failed = 0;
    for (let number = 0; failed === number; number += 1) {
      if (!(await folder.there()).has(digestOf('c'))) await remark();
      let count = 0;
      const calls = watchedCalls((name) => {
        if (count++ !== number) return;
        failed += 1;
        throw systemError(name.length % 2 === 0 ? 'EIO' : 'EROFS');
      });
      const gc = async (): Promise<unknown> =>
        collectGarbage(
          request(),
          { ...folder.deps, store: await openGcStore(folder.root, calls) },
          () => undefined,
        );
      await gc().catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'ERR_ML_STORE_UNAVAILABLE' });
      });
      // Whoever opens the store brings back what was set aside.
      await openFolderStore({ root: folder.root });
      const found = await folder.there();
      expect([...needed].filter((digest) => !found.has(digest))).toEqual([]);
    }
    expect(failed).toBeGreaterThan(20);
    await folder.collect();
    expect(await folder.there()).toEqual(needed);
  });

  /** Puts the unneeded object again, marked and old. */
  const remark = async (): Promise<void> => {
    await folder.put('c');
    await folder.collectOnce();
    folder.now += 15 * dayMs;
  };

  describe('and broken pointers', () => {
    it('are refused by commit and path, deleting nothing', async () => {
      await folder.put('a');
      folder.point('{ "digest": "sha256:', { in: 'history', repository: '/ws/.git', commit, blob });
      await expect(folder.collect()).rejects.toEqual(
        refusal(`of data/a.ref.json in commit ${commit} of /ws/.git`),
      );
      await expect(folder.collect()).rejects.toMatchObject({
        fix: expect.stringContaining(`--accept-broken ${blob}`) as string,
      });
      expect(await folder.there()).toEqual(new Set(digests('a')));
    });

    it('keep what is whole in them when they are accepted', async () => {
      const [ours, theirs] = [await folder.putTree('a'), await folder.put('b')];
      await folder.put('c');
      const text = `<<<<<<< ours\n${encodePointer(ours)}=======\n${encodePointer(theirs)}>>>>>>> theirs\n`;
      folder.point(text, { in: 'history', repository: '/ws/.git', commit, blob });
      expect(await folder.collect({ acceptedBlobs: new Set([blob]) })).toEqual(digests('c'));
    });

    it('are refused in a working tree, whatever is accepted', async () => {
      folder.point('<<<<<<< ours\n');
      await expect(folder.collect({ acceptedBlobs: new Set([blob]) })).rejects.toEqual(
        refusal('/ws/data/a.ref.json'),
      );
    });
  });

  it('cannot be told where roots are out of reach, or no workspace registered', async () => {
    folder.roots.problem = new MlError('ERR_ML_ROOTS_UNREADABLE', {
      message: 'out of reach',
      fix: 'Mount it.',
    });
    await expect(folder.collect()).rejects.toThrow('out of reach');
    folder.roots.problem = undefined;
    fs.rmSync(join(folder.root, 'workspaces'), { recursive: true });
    await expect(folder.collect()).rejects.toEqual(refusal('no workspace has registered'));
  });

  it('cannot be told below a tree that is damaged', async () => {
    const tree = await folder.putTree('a');
    folder.point(tree);
    folder.damage(tree.digest);
    await expect(folder.collect()).rejects.toEqual(refusal('is damaged'));
    // By now it is in quarantine, and still nobody knows its files.
    await expect(folder.collect()).rejects.toEqual(refusal('is damaged'));
    expect(await folder.there()).toEqual(new Set(digests('a')));
  });

  it('is data of other tools that was not used for as long as runs are kept, and what uses it starts anew', async () => {
    const [used, old] = [await folder.putTree('a', 'b'), await folder.putTree('c')];
    for (const [at, ref] of [used, old].entries())
      await folder.append(`foreign/0${String(at)}/x`, {
        formatVersion: 1,
        name: { tool: 'dvc' },
        ref: { ...ref },
      });
    const before = await folder.there();
    folder.now += 60 * dayMs;
    expect(await folder.collect()).toEqual([]);
    // Whoever relies on it sets its time.
    const seconds = folder.now / 1000;
    fs.utimesSync(folder.pathOf(used.digest), seconds, seconds);
    folder.now += 40 * dayMs;
    const deleted = await folder.collect();
    expect(deleted).toEqual([old.digest, digestOf('c')].sort());
    expect((await folder.there()).size).toBe(before.size - 2);
    folder.now += 80 * dayMs;
    expect((await folder.collect()).length).toBe(3);
    expect(await folder.deps.store.journals()).toEqual(['foreign/00/x', 'foreign/01/x']);
  });

  it('is nothing that any other journal mentions, trees with their files', async () => {
    const tree = await folder.putTree('a', 'b');
    await folder.append('registry/models', { version: 1, model: { digest: tree.digest } });
    await folder.append('registry/models', { version: 2, note: `see ${(await folder.put('c')).digest}` });
    await folder.put('d');
    expect(await folder.collect()).toEqual(digests('d'));
  });
});

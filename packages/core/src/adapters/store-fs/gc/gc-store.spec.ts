import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import type { GcStore, StoredObject } from '../../../gc/index.js';
import { digestOf, hexOf } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import { openFolderStore } from '../index.js';
import { openGcStore } from './index.js';
import type { FileCalls } from '../index.js';
import { Scratch, systemError, watchedCalls } from '../testing/scratch.js';

const dayMs = 86_400_000;

describe('openGcStore', () => {
  let scratch: Scratch;
  let store: GcStore;
  const now = Date.now();
  const clock = { now: () => now, monotonic: () => now };
  const objectPath = (digest: Digest): string =>
    scratch.objects().find((one) => one.digest === digest)?.path ?? '';
  const age = (digest: Digest, days: number): void => {
    fs.utimesSync(objectPath(digest), now / 1000 - days * 86_400, now / 1000 - days * 86_400);
  };
  const daysOld = (digest: Digest): number =>
    Math.round(Math.abs(now - fs.statSync(objectPath(digest)).mtimeMs) / dayMs);
  const put = async (text: string, calls?: FileCalls): Promise<Digest> => {
    const { objects } = await openFolderStore({ root: scratch.root, clock, ...(calls && { calls }) });
    return (await objects.putBytes(Buffer.from(text))).digest;
  };
  const listed = async (digest: Digest): Promise<StoredObject> => {
    const found = (await store.objects()).get(digest);
    if (found === undefined) throw new Error(`${digest} is not there`);
    return found;
  };
  const trash = (): readonly string[] => {
    const folder = join(scratch.root, 'gc/trash');
    return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  };

  beforeEach(async () => {
    scratch = new Scratch();
    await openFolderStore({ root: scratch.root });
    store = await openGcStore(scratch.root);
  });
  afterEach(() => {
    scratch.remove();
  });

  it('lists objects, journals and what is left over, and nothing else', async () => {
    const digest = await put('a');
    const { journals } = await openFolderStore({ root: scratch.root });
    for (const name of ['runs/ab/cd', 'History/A.b', 'a', 'a/b']) await journals.append(name, 0, {});
    fs.writeFileSync(join(scratch.root, 'objects/sha256/README'), '');
    fs.writeFileSync(join(scratch.root, 'objects/sha256', hexOf(digest).slice(0, 2), 'x.part'), '');
    fs.writeFileSync(join(scratch.root, 'tmp/left'), '12');
    fs.writeFileSync(join(scratch.root, `quarantine/${'0'.repeat(64)}.x`), '123');
    expect([...(await store.objects()).values()].map(({ digest: one, size }) => [one, size])).toEqual([
      [digest, 1],
    ]);
    expect(await store.journals()).toEqual(['History/A.b', 'a', 'a/b', 'runs/ab/cd']);
    expect((await store.leftovers()).map(({ place, size }) => [place, size])).toEqual([
      ['tmp', 2],
      ['quarantine', 3],
    ]);
    expect((await store.startOf(digest))?.toString()).toBe('a');
    expect(await store.startOf(digestOf('b'))).toBeUndefined();
  });

  it('refuses a folder that is no store', async () => {
    await expect(openGcStore(scratch.at('none'))).rejects.toMatchObject({ code: 'ERR_ML_STORE_UNAVAILABLE' });
  });

  it('remembers marks, and forgets them all when one byte is not as it was written', async () => {
    expect(await store.readMarks()).toBeUndefined();
    const marks = { at: 17, marks: new Map([[digestOf('a'), { since: 5, changedAt: 1.25 }]]) };
    await store.writeMarks(marks);
    expect(await store.readMarks()).toEqual(marks);
    const path = join(scratch.root, 'gc/marks');
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace(' 5 ', ' 4 '));
    expect(await store.readMarks()).toBeUndefined();
  });

  describe('remove', () => {
    it('deletes an object that is as it was listed', async () => {
      const object = await listed(await put('a'));
      expect(await store.remove(object)).toBe(true);
      expect([scratch.objects(), trash()]).toEqual([[], []]);
      expect(await store.remove(object)).toBe(false);
    });

    it('leaves one that somebody came to rely on since it was listed', async () => {
      const digest = await put('a');
      age(digest, 20);
      const object = await listed(digest);
      await put('a');
      expect(await store.remove(object)).toBe(false);
      expect(fs.readFileSync(objectPath(digest), 'utf8')).toBe('a');
      expect(trash()).toEqual([]);
    });

    /** Someone relies on an object right before the gc makes its call number `at`. */
    it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
      'and a put at the same time leave the object, whoever is first: %i',
      async (at) => {
        const digest = await put('a');
        age(digest, 20);
        const object = await listed(digest);
        let count = 0;
        const calls = watchedCalls(() => {
          if (count++ === at) putNow();
        });
        // All that a put does to an object that is there, in one go.
        const putNow = (): void => {
          const path = join(
            scratch.root,
            'objects/sha256',
            hexOf(digest).slice(0, 2),
            hexOf(digest).slice(2),
          );
          try {
            fs.utimesSync(path, now / 1000, now / 1000);
          } catch {
            fs.writeFileSync(path, 'a');
          }
        };
        const removed = await (await openGcStore(scratch.root, calls)).remove(object);
        if (count <= at) return;
        expect(fs.readFileSync(objectPath(digest), 'utf8')).toBe('a');
        // It may have come to rely on an object that was gone by then, and have written it anew.
        expect([removed, trash()]).toEqual([expect.any(Boolean), []]);
      },
    );

    it('and a put that meets it in the middle leave the object', async () => {
      const digest = await put('a');
      age(digest, 20);
      let met = 0;
      // The gc moves the object away when the put has found it and not yet refreshed it.
      const calls = watchedCalls((name) => {
        if (name !== 'utimesSync') return;
        met += 1;
        fs.renameSync(objectPath(digest), scratch.at('moved away'));
      });
      expect(await put('a', calls)).toBe(digest);
      expect([met, fs.readFileSync(objectPath(digest), 'utf8'), daysOld(digest), trash()]).toEqual([
        1,
        'a',
        0,
        [],
      ]);
    });

    it('that dies in the middle loses nothing: the next to open the store brings it back', async () => {
      const digest = await put('a');
      const object = await listed(digest);
      const dying = watchedCalls((name) => {
        if (name === 'unlinkSync') throw systemError('EIO');
      });
      await expect((await openGcStore(scratch.root, dying)).remove(object)).rejects.toMatchObject({
        code: 'ERR_ML_STORE_UNAVAILABLE',
      });
      expect([scratch.objects(), trash().length]).toEqual([[], 1]);
      const { objects } = await openFolderStore({ root: scratch.root });
      expect((await objects.readBytes(digest)).toString()).toBe('a');
      expect(trash()).toEqual([]);
    });

    it('says what it may not do', async () => {
      const object = await listed(await put('a'));
      for (const code of ['EACCES', 'EROFS', 'EIO']) {
        const calls = watchedCalls((name) => {
          if (name === 'renameSync') throw systemError(code);
        });
        await expect((await openGcStore(scratch.root, calls)).remove(object)).rejects.toMatchObject({
          code: 'ERR_ML_STORE_UNAVAILABLE',
        });
      }
      expect(scratch.objects()).toHaveLength(1);
    });
  });

  describe('ages', () => {
    it.each<[string, (digest: Digest) => Promise<unknown>]>([
      ['a put', () => put('a')],
      ['has', async (digest) => (await openFolderStore({ root: scratch.root, clock })).objects.has(digest)],
      [
        'missing',
        async (digest) => (await openFolderStore({ root: scratch.root, clock })).objects.missing([digest]),
      ],
      [
        'a reading',
        async (digest) => (await openFolderStore({ root: scratch.root, clock })).objects.readBytes(digest),
      ],
    ])('are refreshed by %s', async (_, rely) => {
      const digest = await put('a');
      age(digest, 20);
      await rely(digest);
      expect(daysOld(digest)).toBe(0);
    });

    it('also where the time lies ahead, and not where less than a day has passed', async () => {
      const digest = await put('a');
      age(digest, -30);
      await put('a');
      expect(daysOld(digest)).toBe(0);
      age(digest, 0.5);
      const { mtimeMs } = fs.statSync(objectPath(digest));
      await put('a');
      expect(fs.statSync(objectPath(digest)).mtimeMs).toBe(mtimeMs);
    });

    it('are left as they are by whoever only asks', async () => {
      const digest = await put('a');
      age(digest, 20);
      const { objects } = await openFolderStore({ root: scratch.root, readOnly: true });
      await objects.readBytes(digest);
      expect(await objects.has(digest)).toBe(true);
      expect(daysOld(digest)).toBe(20);
    });

    it('of an object that belongs to somebody else are refreshed by a copy', async () => {
      const digest = await put('a');
      age(digest, 20);
      const foreign = watchedCalls((name) => {
        if (name === 'utimesSync') throw systemError('EPERM');
      });
      await put('a', foreign);
      expect([daysOld(digest), fs.readFileSync(objectPath(digest), 'utf8')]).toEqual([0, 'a']);
    });
  });

  describe('workspaces', () => {
    const open = (path: string, calls?: FileCalls): Promise<unknown> =>
      openFolderStore({ root: scratch.root, usedBy: path, ...(calls && { calls }) });

    it('register once, with their repository', async () => {
      const [plain, repository, tree] = ['plain', 'repo/sub', 'tree'].map((name) => scratch.at(name));
      fs.mkdirSync(scratch.at('plain'));
      fs.mkdirSync(scratch.at('repo/sub'), { recursive: true });
      fs.mkdirSync(scratch.at('repo/.git/worktrees/tree'), { recursive: true });
      scratch.write('repo/.git/worktrees/tree/commondir', '../..\n');
      scratch.write('tree/.git', `gitdir: ${scratch.at('repo/.git/worktrees/tree')}\n`);
      for (const path of [plain, repository, tree, plain]) await open(path ?? '');
      const found = [...(await store.workspaces())].sort((a, b) => (a.path < b.path ? -1 : 1));
      expect(found.map(({ host, path, git }) => [host, path, git])).toEqual([
        [hostname(), plain, null],
        [hostname(), repository, scratch.at('repo/.git')],
        [hostname(), tree, scratch.at('repo/.git')],
      ]);
      expect(found[0]?.inode).toBe(String(fs.statSync(plain ?? '', { bigint: true }).ino));
      for (const workspace of found.slice(1)) await store.unregister(workspace);
      expect((await store.workspaces()).map(({ path }) => path)).toEqual([plain]);
    });

    it('use a store all the same that they may only read', async () => {
      const calls = watchedCalls((name, [path]) => {
        if (name === 'mkdirSync' && String(path).endsWith('workspaces')) throw systemError('EROFS');
      });
      await open(scratch.base, calls);
      expect(await store.workspaces()).toEqual([]);
    });

    it('are not passed over when their word cannot be read', async () => {
      await open(scratch.base);
      const [name = ''] = fs.readdirSync(join(scratch.root, 'workspaces'));
      fs.rmSync(join(scratch.root, 'workspaces', name));
      for (const text of ['', '{', '{"formatVersion":2}', '[]']) {
        scratch.write(`store/workspaces/${name}`, text);
        await expect(store.workspaces()).rejects.toMatchObject({ code: 'ERR_ML_DOCUMENT_INVALID' });
      }
    });
  });

  it('empties quarantine and tmp by name, and nothing beside them', async () => {
    fs.writeFileSync(join(scratch.root, 'tmp/left'), '12');
    const [left] = await store.leftovers();
    if (left === undefined) throw new Error('nothing is left');
    expect(await store.removeLeftover({ ...left, name: '../format.json' })).toBe(false);
    expect([await store.removeLeftover(left), await store.removeLeftover(left)]).toEqual([true, false]);
    expect(fs.existsSync(join(scratch.root, 'format.json'))).toBe(true);
  });
});

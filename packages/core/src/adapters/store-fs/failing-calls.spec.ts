import * as fs from 'node:fs';

import { digestOf } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import { openFolderStore } from './index.js';
import type { FolderStore } from './index.js';
import { failAt, outcomeOf, quickCalls } from './testing/failing-calls.js';
import { large, Scratch, systemError, watchedCalls } from './testing/scratch.js';

/** One of everything that a store does. */
async function useStore(store: FolderStore, scratch: Scratch): Promise<ObjectRef> {
  const ref = await store.objects.putTree(scratch.at('data'));
  const { length } = await store.journals.read('log');
  await store.journals.append('log', length, { digest: ref.digest });
  await store.objects.materialise(ref, scratch.at('out/read'));
  await store.objects.materialise(ref, scratch.at('out/edit'), { for: 'edit' });
  await store.objects.readBytes(ref.digest);
  return ref;
}

const explained = new Set(['ERR_ML_STORE_UNAVAILABLE', 'ERR_ML_FILE_INACCESSIBLE']);

/** Calls whose failing is none: what cannot be removed is swept later, and what may not be linked or cloned is copied. */
function harmless(code: string): readonly string[] {
  return code === 'EACCES' ? ['copyFileSync done', 'linkSync done', 'unlinkSync done'] : ['unlinkSync done'];
}

describe('A folder store whose system calls fail', () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = new Scratch();
    scratch.writeData();
  });
  afterEach(() => {
    scratch.remove();
  });

  /** Nothing half-written can be seen, in the store or in the workspace. */
  async function checkWhole(): Promise<void> {
    const { objects, journals } = await openFolderStore({ root: scratch.root, calls: quickCalls });
    for (const { digest } of scratch.objects()) await objects.readBytes(digest);
    await journals.read('log');
    if (!fs.existsSync(scratch.at('out'))) return;
    for (const name of fs.readdirSync(scratch.at('out')))
      expect(fs.readdirSync(scratch.at(`out/${name}`)).sort()).toEqual(['a', 'b', 'deep', 'large']);
  }

  async function checkWorks(): Promise<void> {
    const { objects, journals } = await openFolderStore({ root: scratch.root, calls: quickCalls });
    const ref = await objects.putTree(scratch.at('data'));
    await objects.materialise(ref, scratch.at('out/read'));
    const { length } = await journals.read('log');
    expect(await journals.append('log', length, {})).toMatchObject({ appended: true });
  }

  it.each(['ENOSPC', 'EIO', 'EROFS', 'EACCES'])(
    'stays whole when any one call fails with %s, and works again afterwards',
    async (code) => {
      const probe = failAt(0, code);
      await useStore(await openFolderStore({ root: scratch.root, calls: probe.calls }), scratch);
      expect(probe.count()).toBeGreaterThan(150);
      const others = new Set<string>();
      for (let number = 1; number <= probe.count(); number += 1) {
        scratch.startAgain();
        const { calls, failed } = failAt(number, code);
        const use = async (): Promise<unknown> =>
          useStore(await openFolderStore({ root: scratch.root, calls }), scratch);
        const outcome = await outcomeOf(use);
        await checkWhole();
        if (!explained.has(outcome) || scratch.count('tmp') > 0) others.add(`${failed()} ${outcome}`);
        await checkWorks();
      }
      expect([...others].sort()).toEqual(harmless(code));
    },
  );

  it('digests nothing that changed while it was read', async () => {
    const source = scratch.write('growing', large);
    let armed = true;
    const calls = watchedCalls((name) => {
      if (!armed || (name !== 'readSync' && name !== 'read') || scratch.count('tmp') === 0) return;
      armed = false;
      fs.appendFileSync(source, 'more');
    });
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    expect(await outcomeOf(() => objects.putFile(source))).toBe('ERR_ML_SOURCE_CHANGED');
    expect([scratch.objects(), scratch.count('tmp')]).toEqual([[], 0]);
    expect(await outcomeOf(() => objects.putFile(source))).toBe('done');
  });

  it.each<[string, (scratch: Scratch) => void]>([
    [
      'a file is edited',
      (at) => {
        at.write('data/a', 'A');
      },
    ],
    [
      'a file is replaced by its equal',
      (at) => {
        fs.renameSync(at.write('new', 'a'), at.at('data/a'));
      },
    ],
    [
      'a file comes',
      (at) => {
        at.write('data/new', 'new');
      },
    ],
    [
      'a file goes',
      (at) => {
        fs.rmSync(at.at('data/a'));
      },
    ],
    [
      'a file moves',
      (at) => {
        fs.renameSync(at.at('data/b'), at.at('data/bb'));
      },
    ],
  ])('stores no tree that never was: %s', async (_, change) => {
    let done = false;
    const calls = watchedCalls((name, args) => {
      // "large" is read last, when the others were read already.
      if (done || name !== 'openSync' || args[0] !== scratch.at('data/large')) return;
      done = true;
      change(scratch);
    });
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    expect(await outcomeOf(() => objects.putTree(scratch.at('data')))).toBe('ERR_ML_SOURCE_CHANGED');
    expect([scratch.objects(), scratch.count('tmp')]).toEqual([[], 0]);
  });

  it('puts an old folder back when the new one cannot take its place', async () => {
    scratch.write('out/old', 'old');
    const calls = watchedCalls((name, [, to]) => {
      const back = fs.existsSync(scratch.at('out'));
      if (name === 'renameSync' && to === scratch.at('out') && armed && !back) {
        armed = false;
        throw systemError('EACCES');
      }
    });
    let armed = true;
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    const ref = await objects.putTree(scratch.at('data'));
    expect(await outcomeOf(() => objects.materialise(ref, scratch.at('out')))).toBe(
      'ERR_ML_FILE_INACCESSIBLE',
    );
    expect([armed, fs.readdirSync(scratch.at('out'))]).toEqual([false, ['old']]);
    expect(fs.readdirSync(scratch.base).sort()).toEqual(['data', 'out', 'store']);
  });

  it('leaves no old folder aside when another one took its place first', async () => {
    scratch.write('out/old', 'old');
    let raced = false;
    const calls = watchedCalls((name, [from, to]) => {
      if (name !== 'renameSync' || to !== scratch.at('out') || raced || fs.existsSync(scratch.at('out')))
        return;
      raced = true;
      fs.cpSync(String(from), scratch.at('out'), { recursive: true });
    });
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    await objects.materialise(await objects.putTree(scratch.at('data')), scratch.at('out'));
    expect([raced, fs.readdirSync(scratch.at('out')).sort()]).toEqual([true, ['a', 'b', 'deep', 'large']]);
    expect(fs.readdirSync(scratch.base).sort()).toEqual(['data', 'out', 'store']);
  });

  it('starts again when others replace the target at the same time', async () => {
    const { objects } = await openFolderStore({ root: scratch.root });
    const tree = await objects.putTree(scratch.at('data'));
    const restores = Array.from({ length: 8 }, () => objects.materialise(tree, scratch.at('out')));
    await Promise.all(restores);
    expect(fs.readdirSync(scratch.at('out')).sort()).toEqual(['a', 'b', 'deep', 'large']);
    expect(fs.readdirSync(scratch.base).sort()).toEqual(['data', 'out', 'store']);
  });

  it.each(['EXDEV', 'EMLINK', 'EPERM'])('copies when links say %s', async (code) => {
    const calls = watchedCalls((name, args) => {
      if (name === 'linkSync' && String(args[1]).startsWith(scratch.at('out'))) throw systemError(code);
    });
    const store = await openFolderStore({ root: scratch.root, calls });
    await useStore(store, scratch);
    const { mode, nlink } = fs.statSync(scratch.at('out/read/a'));
    expect([mode & 0o222, nlink]).toEqual([0, 1]);
  });

  it('links what stands there by now, when the object was replaced by an equal one meanwhile', async () => {
    const refused = new Map<string, number>();
    const calls = watchedCalls((name, [from, to]) => {
      const before = refused.get(String(to)) ?? 0;
      if (name !== 'linkSync' || !String(from).startsWith(scratch.root) || before === 2) return;
      refused.set(String(to), before + 1);
      throw systemError('ENOENT');
    });
    const store = await openFolderStore({ root: scratch.root, calls });
    await useStore(store, scratch);
    expect(fs.statSync(scratch.at('out/read/a')).nlink).toBe(2);
    expect(refused.size).toBeGreaterThan(0);
  });

  it('refuses to keep journals where links are not to be had', async () => {
    const calls = watchedCalls((name) => {
      if (name === 'linkSync') throw systemError('EPERM');
    });
    const { journals } = await openFolderStore({ root: scratch.root, calls });
    expect(await outcomeOf(() => journals.append('log', 0, {}))).toBe('ERR_ML_STORE_UNAVAILABLE');
    expect([await journals.read('log'), scratch.count('tmp')]).toEqual([[], 0]);
  });

  it('knows its own success when the reply to a link was lost', async () => {
    const calls = watchedCalls((name, [from, to]) => {
      if (name !== 'linkSync' || !String(to).includes('journals')) return;
      fs.linkSync(String(from), String(to));
      throw systemError('EEXIST');
    });
    const { journals } = await openFolderStore({ root: scratch.root, calls });
    expect(await journals.append('log', 0, { a: 1 })).toMatchObject({ appended: true });
    expect(await journals.append('log', 0, { a: 2 })).toEqual({ appended: false, length: 1 });
  });

  it('moves nothing to quarantine that a put has healed meanwhile', async () => {
    const { objects: healer } = await openFolderStore({ root: scratch.root });
    const { digest } = await healer.putBytes(Buffer.from('right'));
    const path = scratch.objects()[0]?.path ?? '';
    const right = scratch.write('right', 'right');
    fs.chmodSync(path, 0o644);
    fs.writeFileSync(path, 'wrong');
    let armed = true;
    const calls = watchedCalls((name, [from]) => {
      if (!armed || name !== 'renameSync' || from !== path) return;
      armed = false;
      fs.renameSync(right, path);
    });
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    expect(await outcomeOf(() => objects.readBytes(digest))).toBe('ERR_ML_OBJECT_CORRUPT');
    expect(armed).toBe(false);
    expect((await objects.readBytes(digest)).toString()).toBe('right');
    expect([scratch.count('quarantine'), digest]).toEqual([0, digestOf('right')]);
  });
});

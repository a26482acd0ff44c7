import * as fs from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import type { ObjectRef, ObjectStore } from './object-store.js';
import { failing } from './testing/store-place.js';
import type { StorePlace } from './testing/store-place.js';

/** What every ObjectStore promises of what it brings back. */
export function describeRestoring(current: () => StorePlace): void {
  describe('bringing back', () => {
    let place: StorePlace;
    let store: ObjectStore;
    beforeEach(() => {
      place = current();
      store = place.rig.store;
    });
    it('brings back any names and any bytes', async () => {
      const segment = fc.constantFrom(
        'a',
        'ü',
        '日本',
        'new\nline',
        '-rf',
        '.dot',
        'sp ace',
        '🐧',
        "quo'te",
        '%41',
      );
      const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.f`);
      const files = fc.dictionary(path, fc.string({ unit: 'binary' }), { maxKeys: 6 });
      await fc.assert(
        fc.asyncProperty(files, fc.constantFrom('read' as const, 'edit' as const), async (tree, use) => {
          fs.rmSync(place.at('in'), { recursive: true, force: true });
          fs.mkdirSync(place.at('in'));
          for (const [file, content] of Object.entries(tree)) place.write(join('in', file), content);
          const ref = await store.putTree(place.at('in'));
          await store.materialise(ref, place.at('out'), { for: use });
          expect(place.contents('out')).toEqual(place.contents('in'));
          expect(ref.files).toBe(Object.keys(tree).length);
        }),
        { numRuns: 25 },
      );
    }, 30_000);

    it('keeps empty files, and no empty folders except a tree without files', async () => {
      place.write('data/empty', '');
      fs.mkdirSync(place.at('data/nothing/within'), { recursive: true });
      await store.materialise(await store.putTree(place.at('data')), place.at('out'));
      expect(place.contents('out')).toEqual({ empty: '' });
      const ref = await store.putTree(place.at('data/nothing'));
      expect(ref).toMatchObject({ size: 0, files: 0 });
      await store.materialise(ref, place.at('none'));
      expect(fs.readdirSync(place.at('none'))).toEqual([]);
    });

    it('makes parents, and read-only files for reading', async () => {
      const ref = await store.putBytes(Buffer.from('x'));
      await store.materialise(ref, place.at('a/b/c'));
      expect(fs.statSync(place.at('a/b/c')).mode & 0o222).toBe(0);
    });

    it('gives a copy to edit that is nobody else’s', async () => {
      place.write('data/file', 'stored');
      const ref = await store.putTree(place.at('data'));
      await store.materialise(ref, place.at('copy'), { for: 'edit' });
      expect(fs.statSync(place.at('copy/file')).mode & 0o200).toBe(0o200);
      fs.writeFileSync(place.at('copy/file'), 'edited');
      await store.materialise(ref, place.at('again'));
      expect(place.contents('again')).toEqual({ file: 'stored' });
      expect(place.rig.quarantined()).toBe(0);
    });

    it.each([
      ['nothing', []],
      ['a file', ['target']],
      ['a folder', ['target/old', 'target/deep/older']],
    ])('replaces %s as a whole, and leaves nothing beside it', async (_, before) => {
      place.write('data/new', 'new');
      const refs = [
        await store.putTree(place.at('data')),
        await store.putFile(place.at('data/new')),
      ] as const;
      for (const ref of [...refs, ...refs]) {
        fs.rmSync(place.at('at'), { recursive: true, force: true });
        fs.mkdirSync(place.at('at'));
        for (const path of before) place.write(join('at', path), 'old');
        await store.materialise(ref, place.at('at/target'));
        await store.materialise(ref, place.at('at/target'));
        expect(place.contents('at')).toEqual(
          ref.kind === 'tree' ? { 'target/new': 'new' } : { target: 'new' },
        );
      }
    });

    it('refuses a target that is a symbolic link, and leaves both ends alone', async () => {
      place.write('real/kept', 'kept');
      fs.symlinkSync(place.at('real'), place.at('link'));
      const ref = await store.putBytes(Buffer.from('x'));
      await expect(store.materialise(ref, place.at('link'))).rejects.toEqual(failing('ERR_ML_PATH_UNSAFE'));
      expect(fs.readlinkSync(place.at('link'))).toBe(place.at('real'));
      expect(place.contents('real')).toEqual({ kept: 'kept' });
    });

    it.each([
      ['leaves its folder', [['../out']], 'ERR_ML_PATH_UNSAFE'],
      ['is absolute', [['/tmp/out']], 'ERR_ML_PATH_UNSAFE'],
      ['uses another separator', [['..\\out']], 'ERR_ML_PATH_UNSAFE'],
      ['has one path twice', [['a'], ['a']], 'ERR_ML_PATH_UNSAFE'],
      ['has a case clash', [['A'], ['a']], 'ERR_ML_PATH_UNSAFE'],
      ['has a file for a folder', [['a'], ['a/b']], 'ERR_ML_PATH_UNSAFE'],
      ['is not sorted', [['b'], ['a']], 'ERR_ML_DOCUMENT_INVALID'],
      ['lies about a size', [['a', 3]], 'ERR_ML_DOCUMENT_INVALID'],
    ])('refuses a tree that %s', async (_, files, expected) => {
      const { digest } = await store.putBytes(Buffer.from('x'));
      const ref = await place.treeOf(files.map(([path, size = 1]) => ({ path, digest, size })));
      place.write('target', 'untouched');
      await expect(store.materialise(ref, place.at('target'))).rejects.toEqual(failing(expected));
      expect(place.contents('')).toEqual({ target: 'untouched' });
    });

    it('refuses a tree in another form or of another format, and a reference that lies', async () => {
      const refused = async (ref: ObjectRef): Promise<void> => {
        await expect(store.materialise(ref, place.at('x'))).rejects.toEqual(
          failing('ERR_ML_DOCUMENT_INVALID'),
        );
      };
      await refused(await place.treeOf([], { more: 1 }));
      await refused(await place.treeOf([], { formatVersion: 2 }));
      await refused({ ...(await store.putBytes(Buffer.from('{}'))), kind: 'tree' });
      await refused({ ...(await place.treeOf([])), files: 1 });
      await refused({ ...(await store.putBytes(Buffer.from('x'))), size: 2 });
      expect(place.contents('')).toEqual({});
    });

    it('reads no more than asked for', async () => {
      const { digest } = await store.putBytes(Buffer.from('12345'));
      await expect(store.readBytes(digest, 4)).rejects.toEqual(failing('ERR_ML_DOCUMENT_INVALID'));
      expect(await store.readBytes(digest, 5)).toHaveLength(5);
    });
  });
}

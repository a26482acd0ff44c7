import * as fs from 'node:fs';
import { join } from 'node:path';

import type { ObjectStore, StoreProgress } from './object-store.js';
import { failing } from './testing/store-place.js';
import type { StorePlace } from './testing/store-place.js';

/** What every ObjectStore promises of `by: 'link'`, whether it links or not. */
export function describeLinking(current: () => StorePlace): void {
  describe('putting by link', () => {
    let place: StorePlace;
    let store: ObjectStore;
    beforeEach(() => {
      place = current();
      store = place.rig.store;
    });
    const dozen = (): void => {
      for (const name of ['a', 'b', 'deep/a']) place.write(`data/${name}`, name);
      for (const name of ['same', 'deep/same', 'deep/too']) place.write(`data/${name}`, 'same');
      for (const name of ['empty', 'void']) place.write(`data/${name}`, '');
      place.write('data/large', Buffer.alloc(2_500_000, 'large'));
      place.write('data/deep/large', Buffer.alloc(2_500_000, 'large'));
    };
    const isWritable = (path: string): boolean => (fs.statSync(path).mode & 0o222) !== 0;

    it('stores and answers as any put, and leaves what was there to be read', async () => {
      dozen();
      const before = place.contents('data');
      const ref = await store.putTree(place.at('data'), { by: 'link' });
      expect(place.contents('data')).toEqual(before);
      expect(await store.putTree(place.at('data'))).toEqual(ref);
      expect(await store.put(place.at('data'), { by: 'link' })).toEqual(ref);
      expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [] });
      await store.materialise(ref, place.at('again'), { for: 'edit' });
      expect(place.contents('again')).toEqual(before);
      expect(place.rig.quarantined()).toBe(0);
    });

    it('takes the right to write from each file that shares its bytes, and tells of every other one', async () => {
      dozen();
      const copied: string[] = [];
      const onCopied = (path: string): unknown => copied.push(path);
      const paths = Object.keys(place.contents('data')).map((path) => place.at(join('data', path)));
      await store.putTree(place.at('data'), { by: 'link', onCopied });
      expect(paths.filter(isWritable).sort()).toEqual(copied.sort());
      for (const path of paths) expect(fs.statSync(path).nlink > 1).toBe(!copied.includes(path));
    });

    it('keeps its object whatever becomes of the name in the workspace', async () => {
      const { digest, size } = await store.putFile(place.write('one', 'kept'), { by: 'link' });
      fs.renameSync(place.write('other', 'new'), place.at('one'));
      expect([String(await store.readBytes(digest)), size]).toEqual(['kept', 4]);
      const again = await store.put(place.at('one'), { by: 'link' });
      fs.rmSync(place.at('one'));
      expect(String(await store.readBytes(again.digest))).toBe('new');
    });

    it('refuses what any put refuses, and touches nothing', async () => {
      place.write('data/file', 'x');
      fs.symlinkSync(place.at('data/file'), place.at('data/link'));
      await expect(store.putTree(place.at('data'), { by: 'link' })).rejects.toEqual(
        failing('ERR_ML_PATH_UNSAFE'),
      );
      expect([isWritable(place.at('data/file')), fs.statSync(place.at('data/file')).nlink]).toEqual([
        true,
        1,
      ]);
    });

    it('tells how far it is, and stops when it is told to', async () => {
      dozen();
      const told: StoreProgress[] = [];
      await store.putTree(place.at('data'), { by: 'link', onProgress: (progress) => told.push(progress) });
      expect(told.at(-1)).toMatchObject({ files: 10, ofFiles: 10 });
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(store.putTree(place.at('data'), { by: 'link', signal })).rejects.toThrow('enough');
    });
  });
}

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { ObjectStoreRig } from './object-store.contract.js';
import type { ObjectStore, StoreProgress } from './object-store.js';

/** What every ObjectStore promises of `by: 'link'`, whether it links or not. */
export function describeLinking(rig: () => ObjectStoreRig): void {
  describe('putting by link', () => {
    let base: string;
    let store: ObjectStore;
    const at = (path: string): string => join(base, path);
    const write = (path: string, content: string | Uint8Array): string => {
      fs.mkdirSync(dirname(at(path)), { recursive: true });
      fs.writeFileSync(at(path), content);
      return at(path);
    };
    const contents = (path: string): Record<string, string> =>
      Object.fromEntries(
        fs
          .readdirSync(at(path), { recursive: true, encoding: 'utf8' })
          .filter((name) => fs.statSync(at(join(path, name))).isFile())
          .map((name) => [name, fs.readFileSync(at(join(path, name)), 'utf8')]),
      );
    const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });

    beforeEach(() => {
      base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-link-'));
      store = rig().store;
    });
    afterEach(() => {
      fs.rmSync(base, { recursive: true, force: true });
    });

    const dozen = (): void => {
      for (const name of ['a', 'b', 'deep/a']) write(`data/${name}`, name);
      for (const name of ['same', 'deep/same', 'deep/too']) write(`data/${name}`, 'same');
      for (const name of ['empty', 'void']) write(`data/${name}`, '');
      write('data/large', Buffer.alloc(2_500_000, 'large'));
      write('data/deep/large', Buffer.alloc(2_500_000, 'large'));
    };
    const isWritable = (path: string): boolean => (fs.statSync(path).mode & 0o222) !== 0;

    it('stores and answers as any put, and leaves what was there to be read', async () => {
      dozen();
      const before = contents('data');
      const ref = await store.putTree(at('data'), { by: 'link' });
      expect(contents('data')).toEqual(before);
      expect(await store.putTree(at('data'))).toEqual(ref);
      expect(await store.put(at('data'), { by: 'link' })).toEqual(ref);
      expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [] });
      await store.materialise(ref, at('again'), { for: 'edit' });
      expect(contents('again')).toEqual(before);
      expect(rig().quarantined()).toBe(0);
    });

    it('takes the right to write from each file that shares its bytes, and tells of every other one', async () => {
      dozen();
      const copied: string[] = [];
      const onCopied = (path: string): unknown => copied.push(path);
      const paths = Object.keys(contents('data')).map((path) => at(join('data', path)));
      await store.putTree(at('data'), { by: 'link', onCopied });
      expect(paths.filter(isWritable).sort()).toEqual(copied.sort());
      for (const path of paths) expect(fs.statSync(path).nlink > 1).toBe(!copied.includes(path));
    });

    it('keeps its object whatever becomes of the name in the workspace', async () => {
      const { digest, size } = await store.putFile(write('one', 'kept'), { by: 'link' });
      fs.renameSync(write('other', 'new'), at('one'));
      expect([String(await store.readBytes(digest)), size]).toEqual(['kept', 4]);
      const again = await store.put(at('one'), { by: 'link' });
      fs.rmSync(at('one'));
      expect(String(await store.readBytes(again.digest))).toBe('new');
    });

    it('refuses what any put refuses, and touches nothing', async () => {
      write('data/file', 'x');
      fs.symlinkSync(at('data/file'), at('data/link'));
      await expect(store.putTree(at('data'), { by: 'link' })).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
      expect([isWritable(at('data/file')), fs.statSync(at('data/file')).nlink]).toEqual([true, 1]);
    });

    it('tells how far it is, and stops when it is told to', async () => {
      dozen();
      const told: StoreProgress[] = [];
      await store.putTree(at('data'), { by: 'link', onProgress: (progress) => told.push(progress) });
      expect(told.at(-1)).toMatchObject({ files: 10, ofFiles: 10 });
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(store.putTree(at('data'), { by: 'link', signal })).rejects.toThrow('enough');
    });
  });
}

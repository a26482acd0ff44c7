import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

import { digestOf } from '../kernel/index.js';
import type { ObjectRef, ObjectStore, ObjectWriter, StoreProgress, WatchOptions } from './object-store.js';
import { failing } from './testing/store-place.js';
import type { StorePlace } from './testing/store-place.js';

/** What every ObjectStore promises of what is put into it. */
export function describePutting(current: () => StorePlace): void {
  describe('putting', () => {
    let place: StorePlace;
    let store: ObjectStore;
    beforeEach(() => {
      place = current();
      store = place.rig.store;
    });
    it('puts a batch as one, however the puts overlap, and answers each as if it came alone', async () => {
      const big = 'x'.repeat(3_000_000);
      place.write('tree/a', 'a');
      place.write('tree/b/c', big);
      const put = (writer: ObjectWriter): Promise<readonly ObjectRef[]> =>
        Promise.all([
          writer.put(place.at('tree')),
          writer.putBytes(Buffer.from('hello')),
          writer.putFile(place.write('big', big)),
          writer.putBytes(Buffer.from('hello')),
        ]);
      const batched = await store.batch(put);
      expect(await put(store)).toEqual(batched);
      for (const ref of batched) expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [] });
    });

    it('gives nothing half when a batch fails, and goes on', async () => {
      const failure = new Error('no');
      await expect(
        store.batch(async (writer) => {
          await writer.putBytes(Buffer.from('lost?'));
          throw failure;
        }),
      ).rejects.toBe(failure);
      const { digest } = await store.putBytes(Buffer.from('lost?'));
      expect(String(await store.readBytes(digest))).toBe('lost?');
    });

    it('names bytes and files alike by their digest', async () => {
      const expected = { kind: 'file', digest: digestOf('hello'), size: 5, files: 1 };
      expect(await store.putBytes(Buffer.from('hello'))).toEqual(expected);
      expect(await store.putFile(place.write('hello.txt', 'hello'))).toEqual(expected);
      expect(await store.readBytes(digestOf('hello'))).toEqual(Buffer.from('hello'));
    });

    it('passes over what is being built in a folder, and nothing else', async () => {
      const own = '.nx-ml-0123abcd-77-0123456789abcdef-1.tmp';
      for (const path of ['a', '.nx-ml-own.tmp', `${own}.txt`]) place.write(`data/${path}`, path);
      const ref = await store.putTree(place.at('data'));
      place.write(`data/${own}`, 'a copy that is half there');
      place.write(`data/deep/.nx-ml-77-0123456789abcdef-1.tmp/a`, 'a folder that is half there');
      expect([await store.putTree(place.at('data')), ref.files]).toEqual([ref, 3]);
    });

    it('stores a folder as one object that covers every path and byte', async () => {
      place.write('data/b.txt', 'bb');
      place.write('data/deep/a.txt', 'a');
      const ref = await store.put(place.at('data'));
      expect(ref).toMatchObject({ kind: 'tree', size: 3, files: 2 });
      expect(await store.putTree(place.at('data'))).toEqual(ref);
      fs.renameSync(place.at('data/b.txt'), place.at('data/c.txt'));
      expect((await store.putTree(place.at('data'))).digest).not.toBe(ref.digest);
    });

    it('leaves one right object when many put at once', async () => {
      const big = Buffer.alloc(3_000_000, 'x');
      place.write('data/big', big);
      place.write('data/small', 'small');
      const puts = Array.from({ length: 16 }, (_, index) =>
        index % 2 === 0 ? store.putTree(place.at('data')) : store.putBytes(big),
      );
      await Promise.all(puts);
      expect(await store.verify(await store.putTree(place.at('data')))).toEqual({ missing: [], corrupt: [] });
      expect(place.rig.quarantined()).toBe(0);
    });

    it('says which names are missing, each once, in the order asked', async () => {
      const { digest } = await store.putBytes(Buffer.from('there'));
      const [one, two] = [digestOf('1'), digestOf('2')];
      expect(await store.missing([two, digest, one, two])).toEqual([two, one]);
      expect([await store.has(digest), await store.has(one)]).toEqual([true, false]);
    });

    it('reads the source and touches it no further', async () => {
      const path = place.write('source', 'as it was');
      fs.chmodSync(path, 0o640);
      const before = fs.statSync(path);
      const { digest } = await store.putFile(path);
      const after = fs.statSync(path);
      expect([after.mode, after.nlink, after.mtimeMs]).toEqual([before.mode, 1, before.mtimeMs]);
      fs.appendFileSync(path, ', and more');
      expect((await store.readBytes(digest)).toString()).toBe('as it was');
    });

    it.each(['file', 'folder', 'nowhere'])('refuses a symbolic link to a %s', async (kind) => {
      place.write('file', 'x');
      place.write('folder/file', 'x');
      fs.mkdirSync(place.at('data'));
      fs.symlinkSync(place.at(kind), place.at('data/link'));
      await expect(store.put(place.at('data/link'))).rejects.toEqual(failing('ERR_ML_PATH_UNSAFE'));
      await expect(store.putFile(place.at('data/link'))).rejects.toEqual(failing('ERR_ML_PATH_UNSAFE'));
      await expect(store.putTree(place.at('data'))).rejects.toEqual(failing('ERR_ML_PATH_UNSAFE'));
    });

    it('refuses a named pipe instead of waiting for its writer', async () => {
      fs.mkdirSync(place.at('data'));
      execFileSync('mkfifo', [place.at('data/pipe')]);
      await expect(store.putFile(place.at('data/pipe'))).rejects.toEqual(failing('ERR_ML_PATH_UNSAFE'));
      await expect(store.putTree(place.at('data'))).rejects.toEqual(failing('ERR_ML_PATH_UNSAFE'));
    });

    it('stores nothing of a folder that it refuses for its names', async () => {
      place.write('data/first', 'first');
      place.write('data/second\\name', 'second');
      await expect(store.putTree(place.at('data'))).rejects.toEqual(failing('ERR_ML_PATH_UNSAFE'));
      expect(await store.has(digestOf('first'))).toBe(false);
    });

    it('refuses names that are one name on another file system', async () => {
      place.write('data/Readme', '1');
      place.write('data/README', '2');
      const clash = fs.readdirSync(place.at('data')).length === 2;
      const outcome = await store.putTree(place.at('data')).then(
        () => 'stored',
        (error: unknown) => (error as { code: string }).code,
      );
      expect(outcome).toBe(clash ? 'ERR_ML_PATH_UNSAFE' : 'stored');
    });
  });

  describe('being watched', () => {
    let place: StorePlace;
    let store: ObjectStore;
    beforeEach(() => {
      place = current();
      store = place.rig.store;
    });
    const progress: StoreProgress[] = [];
    const stop = new Error('stopped');
    let watch: WatchOptions;
    /** Aborts at the first word of progress. */
    let stopping: WatchOptions;

    beforeEach(() => {
      progress.length = 0;
      watch = { onProgress: (step) => progress.push(step) };
      const controller = new AbortController();
      stopping = {
        signal: controller.signal,
        onProgress: () => {
          controller.abort(stop);
        },
      };
      for (let index = 0; index < 600; index += 1) place.write(`data/${String(index)}`, String(index % 500));
    });

    it('tells how far it is, and in the end all that was done', async () => {
      const tree = await store.putTree(place.at('data'), watch);
      const steps = progress.splice(0);
      expect(steps.at(-1)).toMatchObject({ files: 600, bytes: tree.size, ofFiles: 600 });
      for (const [index, { files, bytes }] of steps.entries()) {
        expect(files).toBeGreaterThanOrEqual(steps[index - 1]?.files ?? 0);
        expect(bytes).toBeGreaterThanOrEqual(steps[index - 1]?.bytes ?? 0);
      }
      await store.materialise(tree, place.at('out'), watch);
      const all = { files: 600, bytes: tree.size, ofFiles: 600, ofBytes: tree.size };
      expect(progress.splice(0).at(-1)).toEqual(all);
      const file = await store.put(place.write('file', 'x'.repeat(3_000_000)), watch);
      expect(progress.splice(0).at(-1)).toMatchObject({ files: 1, bytes: 3_000_000, ofFiles: 1 });
      await store.materialise(file, place.at('copy'), { for: 'edit', ...watch });
      const one = { files: 1, bytes: 3_000_000, ofFiles: 1, ofBytes: 3_000_000 };
      expect(progress.at(-1)).toEqual(one);
    });

    it('stops when it is told to, leaves nothing half, and can be done again', async () => {
      await expect(store.putTree(place.at('data'), stopping)).rejects.toBe(stop);
      const tree = await store.putTree(place.at('data'));
      place.write('target', 'untouched');
      const { signal } = stopping;
      await expect(store.materialise(tree, place.at('target'), { signal })).rejects.toBe(stop);
      await expect(store.put(place.at('target'), { signal })).rejects.toBe(stop);
      await expect(store.verify(tree, { signal })).rejects.toBe(stop);
      expect(fs.readFileSync(place.at('target'), 'utf8')).toBe('untouched');
      expect(fs.readdirSync(place.at('')).sort()).toEqual(['data', 'target']);
      await store.materialise(tree, place.at('target'));
      expect(place.contents('target')).toEqual(place.contents('data'));
    });

    it('stops in the middle of bringing back', async () => {
      const tree = await store.putTree(place.at('data'));
      await expect(store.materialise(tree, place.at('out'), stopping)).rejects.toBe(stop);
      expect(fs.readdirSync(place.at(''))).toEqual(['data']);
    });
  });
}

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';

import { digestOf, documentBytes } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import type { ObjectRef, ObjectStore, ObjectWriter, StoreProgress, WatchOptions } from './object-store.js';
import { describeLinking } from './object-link.contract.js';
import { describeTravel, flipLast } from './object-travel.contract.js';

export interface ObjectStoreRig {
  readonly store: ObjectStore;
  /** Changes the bytes of an object behind the store's back. */
  damage(digest: Digest, change: (bytes: Buffer) => Buffer): void;
  /** How many objects were moved aside. */
  quarantined(): number;
}

/** What every ObjectStore promises. `open` makes a fresh store; `folder` is its to use. */
export function describeObjectStore(name: string, open: (folder: string) => Promise<ObjectStoreRig>): void {
  describe(`${name} as an ObjectStore`, () => {
    let base: string;
    let rig: ObjectStoreRig;
    let store: ObjectStore;
    const at = (path: string): string => join(base, 'workspace', path);
    const write = (path: string, content: string | Uint8Array): string => {
      fs.mkdirSync(dirname(at(path)), { recursive: true });
      fs.writeFileSync(at(path), content);
      return at(path);
    };
    /** Content of every file below a path of the workspace; folders without files as `path/`. */
    const contents = (path: string): Record<string, string> =>
      Object.fromEntries(
        fs.readdirSync(at(path), { recursive: true, withFileTypes: true }).flatMap((item) => {
          const full = join(item.parentPath, item.name);
          const relative = full.slice(at(path).length + 1);
          if (item.isFile()) return [[relative, fs.readFileSync(full, 'utf8')]];
          return fs.readdirSync(full).length === 0 ? [[`${relative}/`, '']] : [];
        }),
      );
    const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });
    const treeOf = async (entries: unknown, rest: object = {}): Promise<ObjectRef> => {
      const { digest } = await store.putBytes(
        documentBytes({ formatVersion: 1, kind: 'tree', entries, ...rest }),
      );
      const list = entries as { size: number }[];
      return {
        kind: 'tree',
        digest,
        size: list.reduce((sum, { size }) => sum + size, 0),
        files: list.length,
      };
    };

    beforeEach(async () => {
      base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-store-'));
      fs.mkdirSync(join(base, 'workspace'));
      fs.mkdirSync(join(base, 'store'));
      rig = await open(join(base, 'store'));
      store = rig.store;
    });
    afterEach(() => {
      fs.rmSync(base, { recursive: true, force: true });
    });

    describe('putting', () => {
      it('puts a batch as one, however the puts overlap, and answers each as if it came alone', async () => {
        const big = 'x'.repeat(3_000_000);
        write('tree/a', 'a');
        write('tree/b/c', big);
        const put = (writer: ObjectWriter): Promise<readonly ObjectRef[]> =>
          Promise.all([
            writer.put(at('tree')),
            writer.putBytes(Buffer.from('hello')),
            writer.putFile(write('big', big)),
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
        expect(await store.putFile(write('hello.txt', 'hello'))).toEqual(expected);
        expect(await store.readBytes(digestOf('hello'))).toEqual(Buffer.from('hello'));
      });

      it('stores a folder as one object that covers every path and byte', async () => {
        write('data/b.txt', 'bb');
        write('data/deep/a.txt', 'a');
        const ref = await store.put(at('data'));
        expect(ref).toMatchObject({ kind: 'tree', size: 3, files: 2 });
        expect(await store.putTree(at('data'))).toEqual(ref);
        fs.renameSync(at('data/b.txt'), at('data/c.txt'));
        expect((await store.putTree(at('data'))).digest).not.toBe(ref.digest);
      });

      it('leaves one right object when many put at once', async () => {
        const big = Buffer.alloc(3_000_000, 'x');
        write('data/big', big);
        write('data/small', 'small');
        const puts = Array.from({ length: 16 }, (_, index) =>
          index % 2 === 0 ? store.putTree(at('data')) : store.putBytes(big),
        );
        await Promise.all(puts);
        expect(await store.verify(await store.putTree(at('data')))).toEqual({ missing: [], corrupt: [] });
        expect(rig.quarantined()).toBe(0);
      });

      it('says which names are missing, each once, in the order asked', async () => {
        const { digest } = await store.putBytes(Buffer.from('there'));
        const [one, two] = [digestOf('1'), digestOf('2')];
        expect(await store.missing([two, digest, one, two])).toEqual([two, one]);
        expect([await store.has(digest), await store.has(one)]).toEqual([true, false]);
      });

      it('reads the source and touches it no further', async () => {
        const path = write('source', 'as it was');
        fs.chmodSync(path, 0o640);
        const before = fs.statSync(path);
        const { digest } = await store.putFile(path);
        const after = fs.statSync(path);
        expect([after.mode, after.nlink, after.mtimeMs]).toEqual([before.mode, 1, before.mtimeMs]);
        fs.appendFileSync(path, ', and more');
        expect((await store.readBytes(digest)).toString()).toBe('as it was');
      });

      it.each(['file', 'folder', 'nowhere'])('refuses a symbolic link to a %s', async (kind) => {
        write('file', 'x');
        write('folder/file', 'x');
        fs.mkdirSync(at('data'));
        fs.symlinkSync(at(kind), at('data/link'));
        await expect(store.put(at('data/link'))).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
        await expect(store.putFile(at('data/link'))).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
        await expect(store.putTree(at('data'))).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
      });

      it('refuses a named pipe instead of waiting for its writer', async () => {
        fs.mkdirSync(at('data'));
        execFileSync('mkfifo', [at('data/pipe')]);
        await expect(store.putFile(at('data/pipe'))).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
        await expect(store.putTree(at('data'))).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
      });

      it('stores nothing of a folder that it refuses for its names', async () => {
        write('data/first', 'first');
        write('data/second\\name', 'second');
        await expect(store.putTree(at('data'))).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
        expect(await store.has(digestOf('first'))).toBe(false);
      });

      it('refuses names that are one name on another file system', async () => {
        write('data/Readme', '1');
        write('data/README', '2');
        const clash = fs.readdirSync(at('data')).length === 2;
        const outcome = await store.putTree(at('data')).then(
          () => 'stored',
          (error: unknown) => (error as { code: string }).code,
        );
        expect(outcome).toBe(clash ? 'ERR_ML_PATH_UNSAFE' : 'stored');
      });
    });

    describe('being watched', () => {
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
        for (let index = 0; index < 600; index += 1) write(`data/${String(index)}`, String(index % 500));
      });

      it('tells how far it is, and in the end all that was done', async () => {
        const tree = await store.putTree(at('data'), watch);
        const steps = progress.splice(0);
        expect(steps.at(-1)).toMatchObject({ files: 600, bytes: tree.size, ofFiles: 600 });
        for (const [index, { files, bytes }] of steps.entries()) {
          expect(files).toBeGreaterThanOrEqual(steps[index - 1]?.files ?? 0);
          expect(bytes).toBeGreaterThanOrEqual(steps[index - 1]?.bytes ?? 0);
        }
        await store.materialise(tree, at('out'), watch);
        const all = { files: 600, bytes: tree.size, ofFiles: 600, ofBytes: tree.size };
        expect(progress.splice(0).at(-1)).toEqual(all);
        const file = await store.put(write('file', 'x'.repeat(3_000_000)), watch);
        expect(progress.splice(0).at(-1)).toMatchObject({ files: 1, bytes: 3_000_000, ofFiles: 1 });
        await store.materialise(file, at('copy'), { for: 'edit', ...watch });
        const one = { files: 1, bytes: 3_000_000, ofFiles: 1, ofBytes: 3_000_000 };
        expect(progress.at(-1)).toEqual(one);
      });

      it('stops when it is told to, leaves nothing half, and can be done again', async () => {
        await expect(store.putTree(at('data'), stopping)).rejects.toBe(stop);
        const tree = await store.putTree(at('data'));
        write('target', 'untouched');
        const { signal } = stopping;
        await expect(store.materialise(tree, at('target'), { signal })).rejects.toBe(stop);
        await expect(store.put(at('target'), { signal })).rejects.toBe(stop);
        await expect(store.verify(tree, { signal })).rejects.toBe(stop);
        expect(fs.readFileSync(at('target'), 'utf8')).toBe('untouched');
        expect(fs.readdirSync(at('')).sort()).toEqual(['data', 'target']);
        await store.materialise(tree, at('target'));
        expect(contents('target')).toEqual(contents('data'));
      });

      it('stops in the middle of bringing back', async () => {
        const tree = await store.putTree(at('data'));
        await expect(store.materialise(tree, at('out'), stopping)).rejects.toBe(stop);
        expect(fs.readdirSync(at(''))).toEqual(['data']);
      });
    });

    describe('bringing back', () => {
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
            fs.rmSync(at('in'), { recursive: true, force: true });
            fs.mkdirSync(at('in'));
            for (const [file, content] of Object.entries(tree)) write(join('in', file), content);
            const ref = await store.putTree(at('in'));
            await store.materialise(ref, at('out'), { for: use });
            expect(contents('out')).toEqual(contents('in'));
            expect(ref.files).toBe(Object.keys(tree).length);
          }),
          { numRuns: 25 },
        );
      }, 30_000);

      it('keeps empty files, and no empty folders except a tree without files', async () => {
        write('data/empty', '');
        fs.mkdirSync(at('data/nothing/within'), { recursive: true });
        await store.materialise(await store.putTree(at('data')), at('out'));
        expect(contents('out')).toEqual({ empty: '' });
        const ref = await store.putTree(at('data/nothing'));
        expect(ref).toMatchObject({ size: 0, files: 0 });
        await store.materialise(ref, at('none'));
        expect(fs.readdirSync(at('none'))).toEqual([]);
      });

      it('makes parents, and read-only files for reading', async () => {
        const ref = await store.putBytes(Buffer.from('x'));
        await store.materialise(ref, at('a/b/c'));
        expect(fs.statSync(at('a/b/c')).mode & 0o222).toBe(0);
      });

      it('gives a copy to edit that is nobody else’s', async () => {
        write('data/file', 'stored');
        const ref = await store.putTree(at('data'));
        await store.materialise(ref, at('copy'), { for: 'edit' });
        expect(fs.statSync(at('copy/file')).mode & 0o200).toBe(0o200);
        fs.writeFileSync(at('copy/file'), 'edited');
        await store.materialise(ref, at('again'));
        expect(contents('again')).toEqual({ file: 'stored' });
        expect(rig.quarantined()).toBe(0);
      });

      it.each([
        ['nothing', []],
        ['a file', ['target']],
        ['a folder', ['target/old', 'target/deep/older']],
      ])('replaces %s as a whole, and leaves nothing beside it', async (_, before) => {
        write('data/new', 'new');
        const refs = [await store.putTree(at('data')), await store.putFile(at('data/new'))] as const;
        for (const ref of [...refs, ...refs]) {
          fs.rmSync(at('at'), { recursive: true, force: true });
          fs.mkdirSync(at('at'));
          for (const path of before) write(join('at', path), 'old');
          await store.materialise(ref, at('at/target'));
          await store.materialise(ref, at('at/target'));
          expect(contents('at')).toEqual(ref.kind === 'tree' ? { 'target/new': 'new' } : { target: 'new' });
        }
      });

      it('refuses a target that is a symbolic link, and leaves both ends alone', async () => {
        write('real/kept', 'kept');
        fs.symlinkSync(at('real'), at('link'));
        const ref = await store.putBytes(Buffer.from('x'));
        await expect(store.materialise(ref, at('link'))).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
        expect(fs.readlinkSync(at('link'))).toBe(at('real'));
        expect(contents('real')).toEqual({ kept: 'kept' });
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
        const ref = await treeOf(files.map(([path, size = 1]) => ({ path, digest, size })));
        write('target', 'untouched');
        await expect(store.materialise(ref, at('target'))).rejects.toEqual(code(expected));
        expect(contents('')).toEqual({ target: 'untouched' });
      });

      it('refuses a tree in another form or of another format, and a reference that lies', async () => {
        const refused = async (ref: ObjectRef): Promise<void> => {
          await expect(store.materialise(ref, at('x'))).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
        };
        await refused(await treeOf([], { more: 1 }));
        await refused(await treeOf([], { formatVersion: 2 }));
        await refused({ ...(await store.putBytes(Buffer.from('{}'))), kind: 'tree' });
        await refused({ ...(await treeOf([])), files: 1 });
        await refused({ ...(await store.putBytes(Buffer.from('x'))), size: 2 });
        expect(contents('')).toEqual({});
      });

      it('reads no more than asked for', async () => {
        const { digest } = await store.putBytes(Buffer.from('12345'));
        await expect(store.readBytes(digest, 4)).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
        expect(await store.readBytes(digest, 5)).toHaveLength(5);
      });
    });

    describeLinking(() => rig);
    describeTravel(() => rig);

    describe('damage', () => {
      const stored = async (): Promise<ObjectRef> => {
        write('data/one', 'first');
        write('data/two', 'second');
        return store.putTree(at('data'));
      };
      const damages: [string, (bytes: Buffer) => Buffer][] = [
        ['one bit', flipLast],
        ['a cut', (bytes) => bytes.subarray(0, 3)],
        ['more bytes', (bytes) => Buffer.concat([bytes, bytes])],
        ['no bytes left', () => Buffer.alloc(0)],
      ];

      it.each(damages)('is found and never handed out: %s', async (_, change) => {
        const ref = await stored();
        write('target', 'untouched');
        rig.damage(digestOf('second'), change);
        await expect(store.materialise(ref, at('target'))).rejects.toEqual(code('ERR_ML_OBJECT_CORRUPT'));
        expect(fs.readdirSync(at(''))).toEqual(['data', 'target']);
        expect(fs.readFileSync(at('target'), 'utf8')).toBe('untouched');
        expect([rig.quarantined(), await store.has(digestOf('second'))]).toEqual([1, false]);
        await expect(store.materialise(ref, at('target'))).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
        await store.putFile(at('data/two'));
        await store.materialise(ref, at('target'));
        expect(contents('target')).toEqual({ one: 'first', two: 'second' });
      });

      it.each(damages)('is found by readBytes: %s', async (_, change) => {
        await stored();
        rig.damage(digestOf('second'), change);
        await expect(store.readBytes(digestOf('second'))).rejects.toEqual(code('ERR_ML_OBJECT_CORRUPT'));
        await expect(store.readBytes(digestOf('second'))).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
      });

      it.each(damages)('is healed by the next put, also when nobody had noticed: %s', async (_, change) => {
        const ref = await stored();
        const large = Buffer.alloc(2_500_000, 'large');
        await store.putFile(write('large', large));
        for (const digest of [digestOf('second'), digestOf(large), ref.digest]) rig.damage(digest, change);
        await store.putTree(at('data'));
        await store.putFile(at('large'));
        expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [] });
        expect((await store.readBytes(digestOf(large))).equals(large)).toBe(true);
        expect(rig.quarantined()).toBe(3);
      });

      it('is listed by verify, beside what is missing', async () => {
        const ref = await stored();
        rig.damage(digestOf('first'), flipLast);
        expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [digestOf('first')] });
        rig.damage(digestOf('second'), flipLast);
        expect(await store.verify(ref)).toEqual({
          missing: [digestOf('first')],
          corrupt: [digestOf('second')],
        });
        rig.damage(ref.digest, flipLast);
        expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [ref.digest] });
        expect(await store.verify(ref)).toEqual({ missing: [ref.digest], corrupt: [] });
      });
    });
  });
}

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { MemoryBlobs } from '../../adapters/remote-memory/index.js';
import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { digestOf, hexOf } from '../../kernel/index.js';
import { Remote } from '../../remote/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import { pullRefs } from './pull-refs.js';
import { applyPush, planPush } from './push-objects.js';
import type { PushOptions } from './push-objects.js';
import { MemoryIndexes } from './testing/memory-indexes.js';
import type { TransferDeps } from './transfer-deps.js';

const large = Buffer.alloc(2_500_000, 'large ');
const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });

describe('Objects that are pushed and pulled', () => {
  let base: string;
  let blobs: MemoryBlobs;
  let here: MemoryObjectStore;
  let there: MemoryObjectStore;
  let indexes: MemoryIndexes;
  let tree: ObjectRef;

  /** A process with this store; `deps` of two calls know nothing of each other. */
  const deps = (store: MemoryObjectStore, more: Partial<TransferDeps> = {}): TransferDeps => ({
    store,
    remote: new Remote({ blobs, indexes }),
    ...more,
  });
  const push = async (refs: readonly ObjectRef[] = [tree], options: PushOptions = {}): Promise<void> => {
    const pushing = deps(here);
    await applyPush(await planPush(refs, pushing, options), pushing);
  };
  const pull = (ref = tree, within?: string): ReturnType<typeof pullRefs> =>
    pullRefs([{ ref, within }], deps(there));
  const named = (end: string): string[] => [...blobs.blobs.keys()].filter((name) => name.includes(end));
  const damage = (name: string, change: (bytes: Buffer) => Buffer): void => {
    blobs.blobs.set(name, change(Buffer.from(blobs.blobs.get(name) ?? '')));
  };

  beforeEach(async () => {
    base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-transfer-'));
    blobs = new MemoryBlobs();
    [here, there] = [new MemoryObjectStore(), new MemoryObjectStore()];
    indexes = new MemoryIndexes();
    const files: [string, string | Buffer][] = Array.from({ length: 30 }, (_, at) => [
      `${at % 2 === 0 ? 'even' : 'odd'}/${String(at)}`,
      `file ${String(at)} `.repeat(at * 100),
    ]);
    for (const [path, content] of [...files, ['large', large], ['copy', large], ['none', '']] as const) {
      fs.mkdirSync(dirname(join(base, path)), { recursive: true });
      fs.writeFileSync(join(base, path), content);
    }
    tree = await here.putTree(base);
  });
  afterEach(() => {
    fs.rmSync(base, { recursive: true });
  });

  it('come back whole, in few requests', async () => {
    await push();
    // Small files, and then the list that names them: a pack each.
    expect(named('.pack')).toHaveLength(2);
    expect(named('objects/')).toEqual([`objects/sha256/${hexOf(digestOf(large)).replace(/^(..)/, '$1/')}`]);
    blobs.calls.length = 0;
    expect(await pull()).toMatchObject({ objects: 31, size: tree.size - large.length });
    expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
    expect(
      blobs.calls.filter((call) => call.startsWith('read packs/') && call.includes('.pack ')),
    ).toHaveLength(2);
    blobs.calls.length = 0;
    expect(await pull()).toEqual({ objects: 0, size: 0 });
    expect(blobs.calls).toEqual([]);
  });

  it('are not written again, also not by another clone or beside other data', async () => {
    await push();
    const before = [...blobs.blobs.keys()];
    blobs.calls.length = 0;
    await push();
    expect(blobs.calls.filter((call) => call.startsWith('write'))).toEqual([]);
    const plan = await planPush([tree, await here.putBytes(Buffer.from('new'))], deps(here));
    expect(plan).toMatchObject({ size: 3, there: 32, trees: [] });
    expect([...blobs.blobs.keys()]).toEqual(before);
  });

  it('are written in an order in which nothing names what is not there', async () => {
    await push();
    const written = blobs.calls
      .filter((call) => call.startsWith('write'))
      .map((call) => call.split(' ')[1] ?? '');
    expect(written[0]).toBe('format.json');
    const treePack = written.slice(-2);
    expect(treePack[0]).toMatch(/\.pack$/);
    expect(treePack[1]).toBe(treePack[0]?.replace('.pack', '.index'));
    expect(written.findIndex((name) => name.startsWith('objects/'))).toBeLessThan(written.length - 2);
  });

  it('come in part where only a part is wanted', async () => {
    await push();
    expect(await pull(tree, 'odd')).toMatchObject({ objects: 15 });
    expect(await there.has(digestOf(large))).toBe(false);
    await expect(pull(tree, 'nowhere')).rejects.toEqual(code('ERR_ML_DATA_MISSING'));
    expect(await pull(tree, 'large')).toEqual({ objects: 1, size: large.length });
  });

  it('are told missing, all at once, when neither side has them, and nothing is written', async () => {
    here.bytes.delete(digestOf(large));
    await expect(push()).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
    expect(blobs.blobs.size).toBe(0);
    await expect(pull()).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
  });

  it('are pushed from a store that has evicted some of them', async () => {
    await push();
    const known = [...here.bytes.keys()];
    for (const digest of known) here.bytes.delete(digest);
    const plan = await planPush([tree], deps(here));
    expect(plan).toMatchObject({ files: [], trees: [], there: 32 });
  });

  describe('when the remote is damaged', () => {
    const flip = (bytes: Buffer): Buffer => {
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      return bytes;
    };
    const biggest = (end: string): string =>
      named(end).sort((a, b) => (blobs.blobs.get(b)?.length ?? 0) - (blobs.blobs.get(a)?.length ?? 0))[0] ??
      '';

    it.each([
      ['a pack', '.pack'],
      ['a large object', 'objects/'],
    ])('gives no wrong bytes of %s, names it, brings the others, and is healed by a push', async (_, end) => {
      await push();
      damage(biggest(end), flip);
      await expect(pull()).rejects.toMatchObject({
        code: 'ERR_ML_OBJECT_CORRUPT',
        message: expect.stringContaining(biggest(end)) as string,
      });
      const found = await there.verify(tree);
      expect([found.missing.length, found.corrupt]).toEqual([1, []]);
      await push([tree], { again: true });
      await pull();
      expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
    });

    it('passes over a pack that is cut, tells of it, and a push writes it again', async () => {
      await push();
      const cut = biggest('.pack');
      damage(cut, (bytes) => bytes.subarray(0, -1));
      await expect(pull()).rejects.toMatchObject({
        code: 'ERR_ML_OBJECT_MISSING',
        detail: expect.arrayContaining([expect.stringContaining(cut.replace('.pack', '.index'))]) as string[],
      });
      await push();
      await pull();
      expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
    });

    it.each<[string, (bytes: Buffer) => Buffer]>([
      ['has a bit turned over', flip],
      ['is cut', (bytes) => bytes.subarray(0, -7)],
      [
        'is that of another pack',
        () =>
          blobs.blobs.get(named('.index').find((name) => name !== biggest('.index')) ?? '') ??
          Buffer.alloc(0),
      ],
      ['never ends', () => Buffer.alloc(8_000_000)],
    ])('believes no index that %s', async (_, change) => {
      await push();
      damage(biggest('.index'), change);
      indexes.kept.clear();
      await expect(pull()).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
      expect((await there.verify(tree)).corrupt).toEqual([]);
      await push();
      await pull();
      expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
    });

    it('does not believe its own copies of indexes either', async () => {
      await push();
      for (const [pack, bytes] of indexes.kept) indexes.kept.set(pack, flip(bytes));
      await pull();
      expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
    });

    it('takes an object from another pack when one gives wrong bytes', async () => {
      await push();
      const first = biggest('.pack');
      const files = decodeTree(await here.readBytes(tree.digest)).filter(({ size }) => size < large.length);
      await push(
        files.reverse().map(({ digest, size }) => ({ kind: 'file', digest, size, files: 1 })),
        { again: true },
      );
      expect(named('.pack')).toHaveLength(3);
      damage(first, (bytes) => bytes.fill(0));
      await pull();
      expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
    });

    it('refuses a remote of another kind or of a newer format', async () => {
      blobs.blobs.set('format.json', Buffer.from('{"formatVersion":2,"kind":"nx-ml-remote"}\n'));
      await expect(push()).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
      blobs.blobs.set('format.json', Buffer.from('{"kind":"something"}'));
      await expect(pull()).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
    });

    it('refuses a listing without an end', async () => {
      await push();
      const name = named('.pack')[0] ?? '';
      // eslint-disable-next-line @typescript-eslint/require-await -- as a remote would
      blobs.list = async function* () {
        for (;;) yield { name, size: 1 };
      };
      await expect(pull()).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
    });
  });

  it('keep what came before the connection broke, and go on from there', async () => {
    await push();
    const read = blobs.read.bind(blobs);
    const asked: string[] = [];
    blobs.read = async (name, range, options) => {
      const stream = await read(name, range, options);
      if (!name.startsWith('objects/') || stream === undefined) return stream;
      asked.push(String(range?.start));
      return asked.length > 1 ? stream : breaking(stream);
    };
    async function* breaking(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
      for await (const part of stream) {
        yield part;
        throw new Error('broken');
      }
    }
    await expect(pull()).rejects.toThrow('broken');
    expect((await there.verify(tree)).missing).toEqual([digestOf(large)]);
    await pull();
    expect(asked).toEqual(['0', String(1024 * 1024)]);
    expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
  });

  it('stop at the signal, and go on later', async () => {
    await push();
    const stop = new AbortController();
    const stopping = deps(there, {
      signal: stop.signal,
      progress: {
        expect: () => undefined,
        advance: () => {
          stop.abort();
        },
      },
    });
    await expect(pullRefs([{ ref: tree }], stopping)).rejects.toEqual(code('ERR_ML_CANCELLED'));
    await pull();
    expect(await there.verify(tree)).toEqual({ missing: [], corrupt: [] });
  });

  it('are counted for whoever watches', async () => {
    const counted = { files: 0, bytes: 0, whole: {} };
    const progress = {
      expect: (whole: object) => (counted.whole = whole),
      advance: ({ files = 0, bytes = 0 }) => {
        counted.files += files;
        counted.bytes += bytes;
      },
    };
    const pushing = deps(here, { progress });
    const plan = await planPush([tree], pushing);
    await applyPush(plan, pushing);
    expect(counted).toEqual({ files: 32, bytes: plan.size, whole: { files: 32, bytes: plan.size } });
  });
});

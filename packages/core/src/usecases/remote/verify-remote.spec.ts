import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chunkerFromSource } from '../../adapters/chunker-workers/testing/chunker-from-source.js';
import { MemoryBlobs } from '../../adapters/remote-memory/index.js';
import { openFolderStore, openLargeFiles } from '../../adapters/store-fs/index.js';
import { numbersFrom } from '../../adapters/store-fs/testing/numbers.js';
import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { ChunkedObjects } from '../../chunks/index.js';
import { noise } from '../../chunks/testing/noise.js';
import { digestOf } from '../../kernel/index.js';
import { formatBlob, objectBlob, Remote, RemoteJournal } from '../../remote/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';
import { applyPush, planPush } from '../transfer/index.js';
import { MemoryIndexes } from '../transfer/testing/memory-indexes.js';
import { verifyRemote } from './verify-remote.js';
import type { RemoteVerifyReport } from './verify-remote.js';

const MB = 1024 * 1024;
const large = Buffer.alloc(1_100_000, 'large');

describe('verifyRemote', () => {
  let base: string;
  let blobs: MemoryBlobs;
  let indexes: MemoryIndexes;
  let tree: ObjectRef;

  const remote = (): Remote => new Remote({ blobs, indexes });
  const verify = (isDeep = false, sizeOf: (digest: string) => number | undefined = () => undefined) =>
    verifyRemote({ isDeep, sizeOf }, remote());
  const told = ({ damaged }: RemoteVerifyReport): readonly string[] =>
    damaged.map(({ name, why }) => `${name.replace(/[0-9a-f]{2}\/?[0-9a-f]{62}/, '…')}: ${why}`);
  const nameOf = (part: string): string => [...blobs.blobs.keys()].find((name) => name.includes(part)) ?? '';
  const change = (name: string, to: (bytes: Buffer) => Buffer): void => {
    blobs.blobs.set(name, to(Buffer.from(blobs.blobs.get(name) ?? '')));
  };
  const push = async (ref: ObjectRef, store: ObjectStore): Promise<void> => {
    const deps = { remote: remote(), store };
    await applyPush(await planPush([ref], deps), deps);
  };

  beforeEach(async () => {
    base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-verify-remote-'));
    [blobs, indexes] = [new MemoryBlobs(), new MemoryIndexes()];
    const data = join(base, 'data');
    fs.mkdirSync(data);
    for (let file = 0; file < 20; file += 1)
      fs.writeFileSync(join(data, String(file)), `${String(file)} `.repeat(10 + 100 * file));
    fs.writeFileSync(join(data, 'large'), large);
    const store = new MemoryObjectStore();
    tree = await store.putTree(data);
    await push(tree, store);
    const result = digestOf(large);
    await new RemoteJournal(blobs).append('runs/ab/cd', 0, { result });
    await new RemoteJournal(blobs).append('runs/ab/cd', 1, { result });
  });
  afterEach(() => {
    fs.rmSync(base, { recursive: true });
  });

  it('finds nothing where all is right, and counts what is there', async () => {
    for (const isDeep of [false, true])
      expect(await verify(isDeep)).toMatchObject({ isThere: true, objects: 22, damaged: [], foreign: [] });
    blobs.blobs.clear();
    expect(await verify(true)).toMatchObject({ isThere: false, objects: 0, damaged: [] });
  });

  it('reads no data without being asked to', async () => {
    blobs.calls.length = 0;
    await verify();
    expect(blobs.calls.filter((call) => call.startsWith('read ') && !call.endsWith('.index'))).toEqual([
      `read ${formatBlob}`,
    ]);
  });

  it('finds what names, sizes and indexes tell', async () => {
    change(nameOf('objects/'), (bytes) => bytes.subarray(0, 500));
    change(nameOf('.pack'), (bytes) => bytes.subarray(0, 100));
    blobs.blobs.delete('journals/runs/ab/cd/00000000.json');
    blobs.blobs.set('notes.txt', Buffer.from('whose?'));
    blobs.blobs.set(`packs/${'ab'.repeat(32)}.pack`, Buffer.from('no index'));
    const report = await verify();
    expect(told(report)).toEqual([
      expect.stringMatching(/^journals\/runs\/ab\/cd: .* missing although later ones are there/),
      'objects/sha256/…: it has 500 bytes, and whole objects have 1 MB and more',
      expect.stringMatching(/^packs\/….index: its pack has 100 bytes instead of \d+$/),
    ]);
    expect(report).toMatchObject({ foreign: ['notes.txt'], unfinished: { blobs: 1, bytes: 8 } });
  });

  it('compares whole objects with the sizes that are known', async () => {
    change(nameOf('objects/'), (bytes) => bytes.subarray(0, 1_060_000));
    expect(told(await verify(false, () => undefined))).toEqual([]);
    const sizeOf = (digest: string) => (digest === digestOf(large) ? large.length : undefined);
    expect(told(await verify(false, sizeOf))).toEqual([
      'objects/sha256/…: it has 1060000 bytes instead of 1100000',
    ]);
  });

  it('does not believe the indexes that this machine remembers', async () => {
    change(nameOf('.index'), (bytes) => bytes.fill(0, 20, 30));
    expect(told(await verify())).toEqual(['packs/….index: its bytes do not match its name']);
  });

  it('finds a list of files, and a result, of which something is not there', async () => {
    blobs.blobs.delete(objectBlob(digestOf(large)));
    const report = await verify(true);
    expect(told(report)).toEqual([
      'journals/runs/ab/cd: the result that it names is not there',
      'sha256:…: it lists 21 files, and 1 of them are not there',
    ]);
    expect(report.damaged.map(({ objects }) => objects)).toEqual([[digestOf(large)], [digestOf(large)]]);
    expect(told(await verify())).toEqual([]);
  });

  it('finds each of 300 bits that are turned over, wherever they lie', async () => {
    const random = numbersFrom(7);
    const names = [...blobs.blobs.keys()].filter((name) => name !== formatBlob);
    for (let turn = 0; turn < 300; turn += 1) {
      const name = names[turn % names.length] ?? '';
      const before = blobs.blobs.get(name) ?? Buffer.alloc(0);
      change(name, (bytes) => {
        const at = Math.floor(random() * bytes.length);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
        return bytes;
      });
      expect((await verify(true)).damaged).not.toEqual([]);
      blobs.blobs.set(name, before);
    }
    expect((await verify(true)).damaged).toEqual([]);
  });

  it('tells what is lost, and not what lies elsewhere there', async () => {
    const small = digestOf('0 '.repeat(10));
    const pack = [...blobs.blobs.keys()].find((name) => name.endsWith('.pack')) ?? '';
    change(pack, (bytes) => bytes.fill(1));
    expect((await verify(true)).lost.has(small)).toBe(true);
    fs.writeFileSync(join(base, 'again'), '0 '.repeat(10));
    const store = new MemoryObjectStore();
    const deps = { remote: remote(), store };
    const again = await store.putFile(join(base, 'again'));
    await applyPush(await planPush([again], deps, { again: true }), deps);
    const report = await verify(true);
    expect(told(report)).toContain(
      'packs/….pack: 20 of its 20 objects have other bytes than their names say',
    );
    expect([report.lost.has(small), report.lost.size]).toEqual([false, 19]);
  });

  it('takes recipes for what they make, without the help of this machine', async () => {
    const root = join(base, 'store');
    const { objects } = await openFolderStore({ root });
    const parts = { blobs, chunker: chunkerFromSource(), files: openLargeFiles(root) };
    const chunked = (): Remote => new Remote({ blobs, indexes, large: new ChunkedObjects(parts) });
    const before = noise(1, 18 * MB);
    const after = Buffer.concat([before.subarray(0, 9 * MB), noise(2, MB), before.subarray(9 * MB)]);
    for (const bytes of [before, after]) {
      fs.writeFileSync(join(base, 'model'), bytes);
      const deps = { remote: chunked(), store: objects };
      await applyPush(await planPush([await objects.putFile(join(base, 'model'))], deps), deps);
    }
    expect(nameOf('chunks/')).not.toBe('');
    const deep = () => verifyRemote({ isDeep: true, sizeOf: () => undefined }, chunked());
    expect(await deep()).toMatchObject({ objects: 24, damaged: [] });

    const chunks = [...blobs.blobs.keys()].filter((name) => name.startsWith('chunks/'));
    const saved = new Map(chunks.map((name) => [name, blobs.blobs.get(name) ?? Buffer.alloc(0)]));
    for (const name of chunks) change(name, (bytes) => bytes.fill(1, 100, 120));
    expect(told(await deep()).some((text) => text.startsWith('chunks/…: its bytes'))).toBe(true);
    for (const [name, bytes] of saved) blobs.blobs.set(name, bytes);
    for (const name of chunks) blobs.blobs.delete(name);
    const report = await verify();
    expect(report.damaged.some(({ objects: lost }) => lost.includes(digestOf(after)))).toBe(true);
  });
});

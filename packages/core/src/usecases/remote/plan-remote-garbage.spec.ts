import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { openS3Blobs } from '../../adapters/remote-s3/index.js';
import { addressOf } from '../../adapters/remote-s3/testing/s3-address.js';
import { describeWithS3, makeBucket, startS3Server } from '../../adapters/remote-s3/testing/s3-server.js';
import type { S3Server } from '../../adapters/remote-s3/testing/s3-server.js';
import { FolderBlobs } from '../../adapters/remote-folder/index.js';
import { MemoryBlobs } from '../../adapters/remote-memory/index.js';
import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import type { PointerRoot, WorkspaceRoots } from '../../gc/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import { encodePointer, encodeRunRecord, encodeRunResult } from '../../documents/index.js';
import { Remote, RemoteJournal, tellUser } from '../../remote/index.js';
import type { Blobs } from '../../remote/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import { applyPush, planPush, pullRefs } from '../transfer/index.js';
import { MemoryIndexes } from '../transfer/testing/memory-indexes.js';
import { planRemoteGarbage } from './plan-remote-garbage.js';
import type { RemoteGarbagePlan } from './plan-remote-garbage.js';
import { verifyRemote } from './verify-remote.js';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 1);
const clock = { now: () => now, monotonic: () => now };
const large = (number: number): Buffer => Buffer.alloc(1_050_000, `large ${String(number)}`);
const textOf = (number: number): Buffer =>
  number < 2 ? large(number) : Buffer.from(`file ${String(number)}`);

/** A store that puts files by number, and trees of them; the first two are large. */
async function tree(store: MemoryObjectStore, numbers: readonly number[]): Promise<ObjectRef> {
  const files = await Promise.all(numbers.map((number) => store.putBytes(textOf(number))));
  const entries = files.map(({ digest, size }, at) => ({ path: `f${String(at)}`, digest, size }));
  const { digest } = await store.putBytes(encodeTree(entries));
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { kind: 'tree', digest, size, files: files.length };
}

const newRemote = (blobs: Blobs): Remote => new Remote({ blobs, indexes: new MemoryIndexes() });

async function push(ref: ObjectRef, blobs: Blobs, store: MemoryObjectStore): Promise<void> {
  const deps = { remote: newRemote(blobs), store };
  await applyPush(await planPush([ref], deps), deps);
}

/** As a machine sees it whose own store is empty. */
function plan(blobs: Blobs, pointed: readonly ObjectRef[], keepDays = 90): Promise<RemoteGarbagePlan> {
  const here = { objects: new MemoryObjectStore(), journals: new MemoryJournal() };
  const remote = newRemote(blobs);
  const pointers = pointed.map((ref): PointerRoot => {
    const text = encodePointer(ref);
    return { path: 'a.ref.json', size: text.length, text, place: { in: 'files', repository: '/ws' } };
  });
  const read: WorkspaceRoots = { pointers, results: [], branches: new Set(), repositories: 1, worktrees: 1 };
  const store = {
    startOf: () => Promise.resolve(undefined),
    journals: () => Promise.resolve([]),
    workspaces: () => Promise.resolve([{ id: 'a', host: 'h', path: '/ws', inode: '1', git: null }]),
  };
  return planRemoteGarbage(
    { workspaces: [], policy: { keepDays, keepLast: 1 }, acceptedBlobs: new Set() },
    {
      remote,
      here,
      scratch: new MemoryObjectStore(),
      store,
      roots: { read: () => Promise.resolve(read) },
      clock,
    },
  );
}

describe('planRemoteGarbage', () => {
  it('names nothing that a pointer needs: what it names can go, and all is pulled as before', async () => {
    const trees = fc.array(fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(trees, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), async (all, needed) => {
        const blobs = new MemoryBlobs();
        const refs: ObjectRef[] = [];
        // Each by a clone of its own, so that what they share lies in several packs or in one.
        for (const numbers of all) {
          const store = new MemoryObjectStore();
          refs.push(await tree(store, numbers));
          await push(refs.at(-1) ?? (await tree(store, numbers)), blobs, store);
        }
        const pointed = refs.filter((_, at) => needed[at] === true);
        const { sweep, problems } = await plan(blobs, pointed);
        expect(problems).toEqual([]);
        for (const { name } of sweep.unneeded) {
          blobs.blobs.delete(name);
          blobs.blobs.delete(name.replace(/\.pack$/, '.index'));
        }
        const store = new MemoryObjectStore();
        await pullRefs(
          pointed.map((ref) => ({ ref })),
          { remote: newRemote(blobs), store },
        );
        for (const ref of pointed) expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [] });
        if (pointed.length === 0) expect([...blobs.blobs.keys()]).toEqual(['format.json']);
      }),
      { numRuns: 60 },
    );
  });

  describe.each([
    ['memory', () => new MemoryBlobs()],
    ['a folder', () => new FolderBlobs(fs.mkdtempSync(join(tmpdir(), 'nx-ml-remote-gc-')))],
  ])('in %s', (name, open) => {
    let blobs: Blobs;
    let store: MemoryObjectStore;
    beforeEach(() => {
      blobs = open();
      store = new MemoryObjectStore();
    });
    afterEach(() => {
      if (name === 'a folder') fs.rmSync(blobs.place, { recursive: true });
    });

    it('keeps runs by the policy, with all that they made', async () => {
      const publish = async (number: number, daysAgo: number): Promise<void> => {
        const output = await tree(store, [number, 9]);
        const key = await store.putBytes(Buffer.from(`key ${String(number)}`));
        const log = await store.putBytes(Buffer.from(`log ${String(number)}`));
        const result = await store.putBytes(
          encodeRunResult({ formatVersion: 1, outputs: { model: output }, metrics: {} }),
        );
        const record = await store.putBytes(
          encodeRunRecord({
            formatVersion: 1,
            key: key.digest,
            engine: 'local',
            project: 'm',
            step: 'train',
            seed: number,
            startedAt: new Date(now - daysAgo * dayMs).toISOString(),
            durationMs: 1,
            host: 'h',
            platform: 'linux-x64',
            log: log.digest,
          }),
        );
        for (const ref of [output, key, log, result, record]) await push(ref, blobs, store);
        const hex = key.digest.slice('sha256:'.length);
        await new RemoteJournal(blobs).append(`runs/${hex.slice(0, 2)}/${hex.slice(2)}`, 0, {
          result: result.digest,
          record: record.digest,
        });
      };
      await publish(2, 10);
      await publish(3, 200);
      const before = [...store.bytes.keys()];
      const { sweep, kept, madeBy, objects } = await plan(blobs, []);
      expect(new Set(objects.keys())).toEqual(new Set(before));
      const gone = before.filter((digest) => !kept.has(digest));
      expect(gone).toHaveLength(6);
      expect(gone.every((digest) => madeBy.has(digest))).toBe(true);
      expect(kept.has(digestOf('file 9'))).toBe(true);
      expect(sweep.unneeded.length + sweep.mixed.length).toBeGreaterThan(0);
      expect((await plan(blobs, [], 365)).sweep).toMatchObject({ unneeded: [], mixed: [] });
    });

    it('tells packs that are needed in part, and who has pushed there', async () => {
      await push(await tree(store, [0, 2, 3]), blobs, store);
      await tellUser(blobs, { host: 'other', path: '/elsewhere', at: 5 });
      const file = await store.putBytes(textOf(2));
      const { sweep, users, unfinished, content } = await plan(blobs, [file]);
      expect(sweep.mixed.map(({ unneeded }) => unneeded.map(({ digest }) => digest))).toEqual([
        [digestOf(textOf(3))],
      ]);
      // The large file, and the list of files in its own pack.
      expect(sweep.unneeded).toHaveLength(2);
      expect(users).toEqual([{ host: 'other', path: '/elsewhere', at: 5 }]);
      expect([unfinished, content.foreign]).toEqual([[], []]);
    });
  });

  it('tells what is broken, for what that needs may be told as unneeded', async () => {
    const blobs = new MemoryBlobs();
    const store = new MemoryObjectStore();
    const ref = await tree(store, [2, 3]);
    await push(ref, blobs, store);
    await new RemoteJournal(blobs).append('foreign/a', 0, { ref: ref.digest });
    expect((await plan(blobs, [])).sweep.unneeded).toEqual([]);
    blobs.blobs.set('journals/foreign/a/00000000.json', Buffer.from('{}'));
    const { problems, sweep } = await plan(blobs, []);
    expect(problems).toMatchObject([{ code: 'ERR_ML_ROOTS_UNREADABLE' }]);
    expect(sweep.unneeded).toHaveLength(2);
  });
});

it('a remote that fails while it is looked at ends it: what could not be read is not unneeded', async () => {
  const blobs = new MemoryBlobs();
  const store = new MemoryObjectStore();
  const ref = await tree(store, [2, 3]);
  await push(ref, blobs, store);
  const failure = new MlError('ERR_ML_REMOTE_UNAVAILABLE', { message: 'it is far', fix: 'Come near.' });
  const read = blobs.read.bind(blobs);
  blobs.read = (name, ...rest) => (name.endsWith('.pack') ? Promise.reject(failure) : read(name, ...rest));
  await expect(plan(blobs, [ref])).rejects.toBe(failure);
});

describeWithS3('A bucket of a real server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
    await makeBucket(server);
  });
  afterAll(() => server.stop());

  it('is looked at as any remote: what is there, whether it is right, and what nothing needs', async () => {
    const blobs = await openS3Blobs(addressOf(server, 'gc'));
    const store = new MemoryObjectStore();
    const [needed, unneeded] = [await tree(store, [0, 2]), await tree(store, [1, 3])];
    for (const ref of [needed, unneeded]) await push(ref, blobs, store);
    await tellUser(blobs, { host: 'h', path: '/ws', at: 1 });
    const checked = await verifyRemote({ isDeep: true, sizeOf: () => undefined }, newRemote(blobs));
    expect(checked).toMatchObject({ objects: 6, damaged: [], foreign: [] });
    const { sweep, users } = await plan(blobs, [needed]);
    for (const { name } of sweep.unneeded) {
      await blobs.remove(name);
      await blobs.remove(name.replace(/\.pack$/, '.index'));
    }
    expect(users).toHaveLength(1);
    const other = new MemoryObjectStore();
    await pullRefs([{ ref: needed }], { remote: newRemote(blobs), store: other });
    expect(await other.verify(needed)).toEqual({ missing: [], corrupt: [] });
    expect(await newRemote(blobs).missing([{ digest: unneeded.digest }])).toEqual([unneeded.digest]);
  });
});

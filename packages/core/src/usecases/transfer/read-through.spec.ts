import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MemoryBlobs } from '../../adapters/remote-memory/index.js';
import { MemoryJournal, MemoryObjectStore } from '../../adapters/store-memory/index.js';
import type { StoredObject } from '../../gc/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { Remote, RemoteJournal } from '../../remote/index.js';
import type { ObjectRef } from '../../store/index.js';
import { describeObjectStore } from '../../store/object-store.contract.js';
import { evict } from './evict.js';
import { applyPush, planPush } from './push-objects.js';
import { ReadThroughJournal } from './read-through-journal.js';
import { ReadThroughStore } from './read-through-store.js';
import { RemoteAccess } from './remote-access.js';
import { MemoryIndexes } from './testing/memory-indexes.js';

const clock = { now: () => 0, monotonic: () => 0 };
const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });

function accessTo(blobs: MemoryBlobs, onFailure: (error: Error) => void = () => undefined): RemoteAccess {
  const remote = new Remote({ blobs, indexes: new MemoryIndexes() });
  return new RemoteAccess({ open: () => Promise.resolve(remote), clock, onFailure });
}

describeObjectStore('A store that reads through to an empty remote', () => {
  const local = new MemoryObjectStore();
  return Promise.resolve({
    store: new ReadThroughStore({ local, access: accessTo(new MemoryBlobs()) }),
    damage: (digest, change) => {
      local.bytes.set(digest, change(local.bytes.get(digest) ?? Buffer.alloc(0)));
    },
    quarantined: () => local.quarantine.length,
  });
});

describe('A store that reads through to a remote', () => {
  let base: string;
  let blobs: MemoryBlobs;
  let local: MemoryObjectStore;
  let failures: Error[];
  let tree: ObjectRef;
  let store: ReadThroughStore;

  beforeEach(async () => {
    base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-through-'));
    fs.mkdirSync(join(base, 'data'));
    fs.writeFileSync(join(base, 'data/small'), 'small');
    fs.writeFileSync(join(base, 'data/large'), Buffer.alloc(1_200_000, 'large'));
    blobs = new MemoryBlobs();
    const other = new MemoryObjectStore();
    tree = await other.putTree(join(base, 'data'));
    const remote = new Remote({ blobs, indexes: new MemoryIndexes() });
    await applyPush(await planPush([tree], { remote, store: other }), { remote, store: other });
    local = new MemoryObjectStore();
    failures = [];
    store = new ReadThroughStore({ local, access: accessTo(blobs, (error) => failures.push(error)) });
  });
  afterEach(() => {
    fs.rmSync(base, { recursive: true });
  });
  const breakRemote = (): void => {
    const failure = new MlError('ERR_ML_REMOTE_UNAVAILABLE', { message: 'no route', fix: 'Plug it in.' });
    blobs.read = () => Promise.reject(failure);
    blobs.size = () => Promise.reject(failure);
    // eslint-disable-next-line require-yield -- as a remote that cannot be reached
    blobs.list = async function* () {
      await Promise.resolve();
      throw failure;
    };
  };

  it('knows what is there and brings none of it before it is read', async () => {
    expect(await store.missing([tree.digest, digestOf('small'), digestOf('nowhere')])).toEqual([
      digestOf('nowhere'),
    ]);
    expect(local.bytes.size).toBe(0);
    expect(String(await store.readBytes(digestOf('small')))).toBe('small');
    expect([...local.bytes.keys()]).toEqual([digestOf('small')]);
    await expect(store.readBytes(digestOf('nowhere'))).rejects.toEqual(code('ERR_ML_OBJECT_MISSING'));
  });

  it('brings what is materialised, and mends what is damaged here', async () => {
    await store.materialise(tree, join(base, 'out'));
    expect(fs.readdirSync(join(base, 'out')).sort()).toEqual(['large', 'small']);
    for (const [digest, bytes] of local.bytes) local.bytes.set(digest, bytes.fill(0, 0, 1));
    await store.materialise(tree, join(base, 'again'));
    expect(fs.readFileSync(join(base, 'again/small'), 'utf8')).toBe('small');
    expect(await store.verify(tree)).toEqual({ missing: [], corrupt: [] });
  });

  it('does without a remote that fails, until something is needed that only it has', async () => {
    breakRemote();
    const { digest } = await store.putBytes(Buffer.from('mine'));
    expect(String(await store.readBytes(digest))).toBe('mine');
    expect(failures).toEqual([]);
    expect(await store.missing([digest, tree.digest])).toEqual([tree.digest]);
    expect(await store.has(tree.digest)).toBe(false);
    expect(failures).toHaveLength(1);
    await expect(store.materialise(tree, join(base, 'out'))).rejects.toMatchObject({
      code: 'ERR_ML_OBJECT_MISSING',
      message: expect.stringContaining('no route') as string,
      fix: 'Plug it in.',
    });
    expect(await store.verify(tree)).toMatchObject({ missing: [tree.digest] });
  });

  it('fetches once for all that want the same at once', async () => {
    blobs.calls.length = 0;
    await Promise.all(['x', 'y', 'z'].map((name) => store.materialise(tree, join(base, name))));
    expect(blobs.calls.filter((call) => call.startsWith('read objects/'))).toHaveLength(1);
  });

  describe('and its journals', () => {
    const name = 'runs/ab/cd';
    let mine: MemoryJournal;
    let journal: ReadThroughJournal;
    beforeEach(async () => {
      mine = new MemoryJournal();
      journal = new ReadThroughJournal(
        mine,
        accessTo(blobs, (error) => failures.push(error)),
      );
      const there = new RemoteJournal(blobs);
      await there.append(name, 0, { result: 'a' });
      await there.append(name, 1, { result: 'b' });
      await there.append('history/x/y', 0, { step: 'train' });
    });

    it('come from there where there are none here, and stay', async () => {
      expect((await journal.last(name))?.payload).toEqual({ result: 'b' });
      expect(await mine.read(name)).toEqual(await new RemoteJournal(blobs).read(name));
      breakRemote();
      expect(await journal.read(name)).toHaveLength(2);
      expect(await journal.last('history/x/y')).toBeUndefined();
      expect(failures).toEqual([]);
    });

    it.each(['gate/w/set', 'registry/w/m', 'deploy/w/s@production'])(
      'are at the remote alone where there is one for all: %s',
      async (name) => {
        const here = [new MemoryJournal(), new MemoryJournal()];
        const [one, two] = here.map((journal) => new ReadThroughJournal(journal, accessTo(blobs)));
        const added = await Promise.all([one?.append(name, 0, { by: 1 }), two?.append(name, 0, { by: 2 })]);
        expect(added.map((result) => result?.appended).sort()).toEqual([false, true]);
        expect(await one?.read(name)).toEqual(await two?.read(name));
        expect(await one?.last(name)).toMatchObject({ sequence: 0 });
        expect(here.map(({ files }) => files.size)).toEqual([0, 0]);
        breakRemote();
        await expect(one?.read(name)).rejects.toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
        await expect(one?.append(name, 1, {})).rejects.toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
      },
    );

    it('are none where the remote fails or is damaged', async () => {
      blobs.blobs.set('journals/runs/ab/cd/00000001.json', Buffer.from('{}'));
      expect(await journal.last(name)).toBeUndefined();
      expect(failures).toEqual([code('ERR_ML_JOURNAL_BROKEN')]);
    });
  });

  describe('that may not grow without end', () => {
    const gcStore = (ages: Readonly<Record<Digest, number>>): Parameters<typeof evict>[1]['store'] => ({
      objects: () =>
        Promise.resolve(
          new Map(
            [...local.bytes].map(([digest, bytes]) => [
              digest,
              { digest, size: bytes.length, changedAt: ages[digest] ?? 0 },
            ]),
          ),
        ),
      remove: ({ digest }: StoredObject) => Promise.resolve(local.bytes.delete(digest)),
    });
    const now = 100 * 60_000;
    const evicting = async (limit: number, ages: Record<Digest, number> = {}): ReturnType<typeof evict> =>
      evict(limit, {
        store: gcStore(ages),
        remote: new Remote({ blobs, indexes: new MemoryIndexes() }),
        now,
      });

    it('loses what was not used for the longest, and never what is only here or in use', async () => {
      await store.materialise(tree, join(base, 'out'));
      const mine = await local.putBytes(Buffer.alloc(1000));
      expect(await evicting(10_000_000)).toEqual({ objects: 0, size: 0 });
      const large = digestOf(Buffer.alloc(1_200_000, 'large'));
      const ages = { [large]: 1, [digestOf('small')]: 2, [tree.digest]: now };
      expect(await evicting(1_000_000, ages)).toEqual({ objects: 1, size: 1_200_000 });
      expect(await evicting(0, ages)).toEqual({ objects: 1, size: 5 });
      expect([...local.bytes.keys()].sort()).toEqual([tree.digest, mine.digest].sort());
      await store.materialise(tree, join(base, 'again'));
      expect(await store.verify(tree)).toEqual({ missing: [], corrupt: [] });
    });

    it('loses also what was stamped by a clock that was years ahead', async () => {
      await store.materialise(tree, join(base, 'out'));
      const ages = Object.fromEntries([...local.bytes.keys()].map((digest) => [digest, now * 1000]));
      expect(await evicting(0, ages)).toMatchObject({ objects: 3 });
    });

    it('keeps what the remote has lost, or has with another size', async () => {
      await store.materialise(tree, join(base, 'out'));
      for (const [name, bytes] of blobs.blobs)
        if (!name.endsWith('.index')) blobs.blobs.set(name, bytes.subarray(1));
      blobs.blobs.delete('format.json');
      expect(await evicting(0)).toEqual({ objects: 0, size: 0 });
    });

    it('keeps all where the remote cannot be asked', async () => {
      await store.materialise(tree, join(base, 'out'));
      breakRemote();
      await expect(evicting(0)).rejects.toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
      expect(local.bytes.size).toBe(3);
    });
  });
});

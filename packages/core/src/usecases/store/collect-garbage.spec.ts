import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openGcStore } from '../../adapters/store-fs/gc/index.js';
import { openFolderStore } from '../../adapters/store-fs/index.js';
import { systemError, watchedCalls } from '../../adapters/store-fs/testing/scratch.js';
import type { PointerRoot, ResultRoot, RootPlace, RootReader, WorkspaceRoots } from '../../gc/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import { encodePointer, encodeRunRecord, encodeRunResult } from '../../documents/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import { collectGarbage, planGarbage } from './collect-garbage.js';
import type { GarbageDeps, GarbageRequest } from './collect-garbage.js';
import type { KeptBy } from './gc-roots.js';
import { spaceUsed } from './space-used.js';
import { verifyStore } from './verify-store.js';
import type { MendWanted } from './verify-store.js';

const dayMs = 86_400_000;
const commit = '1'.repeat(40);
const blob = '2'.repeat(40);

class GivenRoots implements RootReader {
  pointers: PointerRoot[] = [];
  results: ResultRoot[] = [];
  branches = new Set<string>();
  problem: MlError | undefined;
  read(_: unknown, onProblem: (problem: MlError) => void): Promise<WorkspaceRoots> {
    const { pointers, results, branches } = this;
    if (this.problem !== undefined) onProblem(this.problem);
    return Promise.resolve({ pointers, results, branches, repositories: 1, worktrees: 1 });
  }
}

describe('Garbage of a folder store', () => {
  let base: string;
  let root: string;
  let now: number;
  let roots: GivenRoots;
  let deps: GarbageDeps;

  const request = (changes: Partial<GarbageRequest> = {}): GarbageRequest => ({
    workspaces: [],
    policy: { keepDays: 90, keepLast: 0 },
    graceMs: 14 * dayMs,
    acceptedBlobs: new Set(),
    ...changes,
  });
  const objects = () => openFolderStore({ root }).then((store) => store.objects);
  const put = async (text: string): Promise<ObjectRef> => (await objects()).putBytes(Buffer.from(text));
  const putTree = async (...texts: readonly string[]): Promise<ObjectRef> => {
    const folder = fs.mkdtempSync(join(base, 'tree-'));
    for (const text of texts) fs.writeFileSync(join(folder, text), text);
    return (await objects()).putTree(folder);
  };
  const append = async (name: string, payload: JsonObject): Promise<void> => {
    const { journals } = await openFolderStore({ root });
    await journals.append(name, (await journals.read(name)).length, payload);
  };
  const point = (ref: ObjectRef | string, place: RootPlace = { in: 'files', repository: '/ws' }): void => {
    const text = typeof ref === 'string' ? ref : encodePointer(ref);
    roots.pointers.push({ path: 'data/a.ref.json', size: text.length, text, place });
  };
  const there = async (): Promise<ReadonlySet<Digest>> => new Set((await deps.store.objects()).keys());
  /** Two gcs with the grace in between. @returns what they deleted. */
  const collect = async (changes: Partial<GarbageRequest> = {}): Promise<readonly Digest[]> => {
    await collectGarbage(request(changes), deps, () => undefined);
    now += 15 * dayMs;
    const { deleted } = await collectGarbage(request(changes), deps, () => undefined);
    return deleted.map(({ digest }) => digest).sort();
  };
  const digests = (...texts: readonly string[]): readonly Digest[] =>
    texts.map((text) => digestOf(text)).sort();
  const refusal = (text: string): unknown =>
    expect.objectContaining({
      code: 'ERR_ML_ROOTS_UNREADABLE',
      message: expect.stringContaining(text) as string,
    });

  beforeEach(async () => {
    base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-gc-')));
    root = join(base, 'store');
    now = Date.now();
    roots = new GivenRoots();
    fs.mkdirSync(join(base, 'ws'));
    await openFolderStore({ root, usedBy: join(base, 'ws') });
    deps = {
      store: await openGcStore(root),
      stores: await openFolderStore({ root, readOnly: true }),
      roots,
      clock: { now: () => now, monotonic: () => now },
    };
  });
  afterEach(() => {
    fs.rmSync(base, { recursive: true, force: true });
  });

  it('is deleted, and what a pointer names is kept with all its files', async () => {
    point(await putTree('a', 'b'));
    const file = await put('c');
    point(file, { in: 'index', repository: '/ws', blob });
    await putTree('a', 'd');
    const before = await there();
    const deleted = await collect();
    expect(deleted).toHaveLength(2);
    expect(deleted).toContain(digestOf('d'));
    expect((await there()).size).toBe(before.size - 2);
    expect(await (await objects()).verify(file)).toEqual({ missing: [], corrupt: [] });
  });

  it('is not touched by whoever only plans', async () => {
    await put('a');
    const files = (): unknown => fs.readdirSync(root, { recursive: true }).sort();
    const before = files();
    const plan = await planGarbage(request(), deps);
    expect(plan.sweep.waiting).toHaveLength(1);
    expect(files()).toEqual(before);
  });

  it('of quarantine and tmp goes with the grace', async () => {
    fs.writeFileSync(join(root, 'tmp/left'), 'x');
    fs.writeFileSync(join(root, `quarantine/${'0'.repeat(64)}.1`), 'x');
    await collect();
    expect([fs.readdirSync(join(root, 'tmp')), fs.readdirSync(join(root, 'quarantine'))]).toEqual([[], []]);
  });

  it('costs nothing that is needed when any one call fails, and goes with the next gc', async () => {
    point(await putTree('a', 'b'));
    const needed = await there();
    await put('c');
    await collectGarbage(request(), deps, () => undefined);
    now += 15 * dayMs;
    let failed = 0;
    for (let number = 0; failed === number; number += 1) {
      if (!(await there()).has(digestOf('c'))) await remark();
      let count = 0;
      const calls = watchedCalls((name) => {
        if (count++ !== number) return;
        failed += 1;
        throw systemError(name.length % 2 === 0 ? 'EIO' : 'EROFS');
      });
      const gc = async (): Promise<unknown> =>
        collectGarbage(request(), { ...deps, store: await openGcStore(root, calls) }, () => undefined);
      await gc().catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'ERR_ML_STORE_UNAVAILABLE' });
      });
      // Whoever opens the store brings back what was set aside.
      await openFolderStore({ root });
      const found = await there();
      expect([...needed].filter((digest) => !found.has(digest))).toEqual([]);
    }
    expect(failed).toBeGreaterThan(20);
    await collect();
    expect(await there()).toEqual(needed);
  });

  /** Puts the unneeded object again, marked and old. */
  const remark = async (): Promise<void> => {
    await put('c');
    await collectGarbage(request(), deps, () => undefined);
    now += 15 * dayMs;
  };

  describe('and broken pointers', () => {
    it('are refused by commit and path, deleting nothing', async () => {
      await put('a');
      point('{ "digest": "sha256:', { in: 'history', repository: '/ws/.git', commit, blob });
      await expect(collect()).rejects.toEqual(refusal(`of data/a.ref.json in commit ${commit} of /ws/.git`));
      await expect(collect()).rejects.toMatchObject({
        fix: expect.stringContaining(`--accept-broken ${blob}`) as string,
      });
      expect(await there()).toEqual(new Set(digests('a')));
    });

    it('keep what is whole in them when they are accepted', async () => {
      const [ours, theirs] = [await putTree('a'), await put('b')];
      await put('c');
      const text = `<<<<<<< ours\n${encodePointer(ours)}=======\n${encodePointer(theirs)}>>>>>>> theirs\n`;
      point(text, { in: 'history', repository: '/ws/.git', commit, blob });
      expect(await collect({ acceptedBlobs: new Set([blob]) })).toEqual(digests('c'));
    });

    it('are refused in a working tree, whatever is accepted', async () => {
      point('<<<<<<< ours\n');
      await expect(collect({ acceptedBlobs: new Set([blob]) })).rejects.toEqual(
        refusal('/ws/data/a.ref.json'),
      );
    });
  });

  it('cannot be told where roots are out of reach, or no workspace registered', async () => {
    roots.problem = new MlError('ERR_ML_ROOTS_UNREADABLE', { message: 'out of reach', fix: 'Mount it.' });
    await expect(collect()).rejects.toThrow('out of reach');
    roots.problem = undefined;
    fs.rmSync(join(root, 'workspaces'), { recursive: true });
    await expect(collect()).rejects.toEqual(refusal('no workspace has registered'));
  });

  it('cannot be told below a tree that is damaged', async () => {
    const tree = await putTree('a');
    point(tree);
    const hex = tree.digest.slice('sha256:'.length);
    const path = join(root, 'objects/sha256', hex.slice(0, 2), hex.slice(2));
    fs.chmodSync(path, 0o644);
    fs.appendFileSync(path, 'x');
    await expect(collect()).rejects.toEqual(refusal('is damaged'));
    // By now it is in quarantine, and still nobody knows its files.
    await expect(collect()).rejects.toEqual(refusal('is damaged'));
    expect(await there()).toEqual(new Set(digests('a')));
  });

  describe('and runs', () => {
    const publish = async (name: string, daysAgo: number): Promise<Digest> => {
      const store = await objects();
      const key = (await put(`key ${name}`)).digest;
      const model = await putTree(`model of ${name}`);
      const log = (await put(`log of ${name}`)).digest;
      const result = await store.putBytes(
        encodeRunResult({ formatVersion: 1, outputs: { model }, metrics: {} }),
      );
      const startedAt = new Date(now - daysAgo * dayMs).toISOString();
      const base64 = {
        project: name,
        step: 'train',
        seed: 1,
        startedAt,
        durationMs: 1,
        host: 'h',
        platform: 'p',
        engine: 'local',
      } as const;
      const record = await store.putBytes(encodeRunRecord({ formatVersion: 1, key, log, ...base64 }));
      const hex = key.slice('sha256:'.length);
      await append(`runs/${hex.slice(0, 2)}/${hex.slice(2)}`, {
        result: result.digest,
        record: record.digest,
      });
      return key;
    };
    const remains = async (name: string): Promise<boolean> =>
      (await there()).has(digestOf(`model of ${name}`));

    it('keep all that is theirs while they are young', async () => {
      await publish('young', 10);
      await publish('old', 100);
      const plan = await planGarbage(request(), deps);
      expect(
        new Set([...plan.madeBy.values()].map((kept) => (kept.by === 'run' ? kept.run.record?.project : ''))),
      ).toEqual(new Set(['old']));
      expect(await collect()).toHaveLength(6);
      expect([await remains('young'), await remains('old')]).toEqual([true, false]);
    });

    it('keep it while a workspace stands at them or Nx may bring them back', async () => {
      const key = await publish('stands', 400);
      await publish('cached', 400);
      roots.results.push({
        path: '/ws/train.key.json',
        from: 'workspace',
        text: JSON.stringify({ runs: [{ key }] }),
      });
      const mention = JSON.stringify({ a: digestOf('model of cached') });
      roots.results.push({ path: '/ws/.nx/train.manifest.json', from: 'nx-cache', text: mention });
      await collect();
      expect([await remains('stands'), await remains('cached')]).toEqual([true, true]);
    });

    it('cannot be told of a broken journal', async () => {
      await append('history/a/b', { formatVersion: 1, what: 'is this' });
      await expect(collect()).rejects.toEqual(refusal('the journal history/a/b cannot be read'));
      fs.rmSync(join(root, 'journals/history'), { recursive: true });
      await append('c', {});
      fs.appendFileSync(join(root, 'journals/c/00000000.json'), 'x');
      await expect(collect()).rejects.toEqual(refusal('the journal c cannot be read'));
    });
  });

  it('is data of other tools that was not used for as long as runs are kept, and what uses it starts anew', async () => {
    const [used, old] = [await putTree('a', 'b'), await putTree('c')];
    for (const [at, ref] of [used, old].entries())
      await append(`foreign/0${String(at)}/x`, { formatVersion: 1, name: { tool: 'dvc' }, ref: { ...ref } });
    const before = await there();
    now += 60 * dayMs;
    expect(await collect()).toEqual([]);
    // Whoever relies on it sets its time.
    const hex = used.digest.slice('sha256:'.length);
    const seconds = now / 1000;
    fs.utimesSync(join(root, 'objects/sha256', hex.slice(0, 2), hex.slice(2)), seconds, seconds);
    now += 40 * dayMs;
    const deleted = await collect();
    expect(deleted).toEqual([old.digest, digestOf('c')].sort());
    expect((await there()).size).toBe(before.size - 2);
    now += 80 * dayMs;
    expect((await collect()).length).toBe(3);
    expect(await deps.store.journals()).toEqual(['foreign/00/x', 'foreign/01/x']);
  });

  it('is nothing that any other journal mentions, trees with their files', async () => {
    const tree = await putTree('a', 'b');
    await append('registry/models', { version: 1, model: { digest: tree.digest } });
    await append('registry/models', { version: 2, note: `see ${(await put('c')).digest}` });
    await put('d');
    expect(await collect()).toEqual(digests('d'));
  });

  describe('beside it', () => {
    it('space is told by who needs it, shared bytes once', async () => {
      point(await putTree('aa', 'shared'));
      point(await putTree('bbb', 'shared'));
      roots.pointers = roots.pointers.map((pointer, index) => ({
        ...pointer,
        path: `data/${String(index)}.ref.json`,
      }));
      await put('nobody');
      const used = await spaceUsed({ workspaces: [], now }, deps);
      const documents = used.users.map(({ bytes, own }) => bytes - own);
      expect(used.users.map(({ kind, name }) => [kind, name])).toEqual([
        ['data', 'data/1'],
        ['data', 'data/0'],
      ]);
      expect(documents).toEqual(['shared'.length, 'shared'.length]);
      expect(used.shared).toEqual({ objects: 1, bytes: 6 });
      expect(used.unreachable).toEqual({ objects: 1, bytes: 6 });
      expect(used.total.objects).toBe(6);
    });

    it('what is damaged is told by what needs it, and mended from copies, lists of files first', async () => {
      const tree = await putTree('a', 'b');
      point(tree);
      const all = [...(await there())];
      for (const digest of all) {
        const hex = digest.slice('sha256:'.length);
        fs.chmodSync(join(root, 'objects/sha256', hex.slice(0, 2), hex.slice(2)), 0o644);
        fs.appendFileSync(join(root, 'objects/sha256', hex.slice(0, 2), hex.slice(2)), 'x');
      }
      const ask = { workspaces: [], now, onProgress: () => undefined };
      const first = await verifyStore(ask, deps);
      expect(first.damaged.map(({ found, neededBy }) => [found, neededBy.length]).sort()).toEqual([
        ['now', 0],
        ['now', 0],
        ['now', 1],
      ]);
      const copies = new Map<string, Buffer>(['a', 'b'].map((text) => [digestOf(text), Buffer.from(text)]));
      const files = ['a', 'b'].map((path) => ({ path, digest: digestOf(path), size: 1 }));
      copies.set(tree.digest, encodeTree(files));
      const mend = async (wanted: readonly MendWanted[]): Promise<ReadonlyMap<Digest, string>> => {
        const needed = wanted.filter(({ neededBy }) => neededBy.length > 0);
        for (const { digest } of needed)
          await (await objects()).putBytes(copies.get(digest) ?? Buffer.alloc(0));
        return new Map(needed.map(({ digest }) => [digest, 'a copy']));
      };
      const second = await verifyStore({ ...ask, mending: { mend, isFor: () => false } }, deps);
      expect(second.damaged.map(({ found, mendedFrom }) => [found, mendedFrom])).toEqual(
        Array.from({ length: 3 }, () => ['before', 'a copy']),
      );
      expect(second.damaged[0]?.digest).toBe(tree.digest);
      expect(await (await objects()).verify(tree)).toEqual({ missing: [], corrupt: [] });
      expect((await verifyStore(ask, deps)).damaged).toEqual([]);
    });

    it('what is needed and missing is brought for those that were asked for, files after their list', async () => {
      const tree = await putTree('a', 'b');
      const elsewhere = await putTree('c');
      const bytes = new Map<Digest, Buffer>();
      for (const digest of await there()) {
        bytes.set(digest, await (await objects()).readBytes(digest));
        const hex = digest.slice('sha256:'.length);
        fs.rmSync(join(root, 'objects/sha256', hex.slice(0, 2), hex.slice(2)));
      }
      point(tree);
      point(elsewhere, { in: 'index', repository: '/ws', blob });
      const asked: number[] = [];
      const mend = async (wanted: readonly MendWanted[]): Promise<ReadonlyMap<Digest, string>> => {
        asked.push(wanted.length);
        const has = wanted.filter(({ digest }) => digest !== digestOf('b'));
        for (const { digest } of has) await (await objects()).putBytes(bytes.get(digest) ?? Buffer.alloc(0));
        return new Map(has.map(({ digest }) => [digest, 'afar']));
      };
      const ask = { workspaces: [], now, onProgress: () => undefined };
      const isFor = (kept: KeptBy): boolean => kept.by === 'pointer' && kept.place.in === 'files';
      const { missing } = await verifyStore({ ...ask, mending: { mend, isFor } }, deps);
      expect(asked).toEqual([1, 2, 1]);
      expect(new Map(missing.map(({ digest, mendedFrom }) => [digest, mendedFrom]))).toEqual(
        new Map([
          [tree.digest, 'afar'],
          [digestOf('a'), 'afar'],
          [digestOf('b'), undefined],
        ]),
      );
      expect((await verifyStore(ask, deps)).missing).toEqual([]);
    });

    it('broken journals are told', async () => {
      await append('a', {});
      fs.appendFileSync(join(root, 'journals/a/00000000.json'), 'x');
      const { brokenJournals } = await verifyStore(
        { workspaces: [], now, onProgress: () => undefined },
        deps,
      );
      expect(brokenJournals).toMatchObject([{ code: 'ERR_ML_JOURNAL_BROKEN' }]);
    });
  });
});

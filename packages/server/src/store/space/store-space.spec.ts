import { MemoryBlobs } from '@nx-ml/core/adapters/remote-memory';
import { parseScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';
import { encodeBudgetEntry } from '@nx-ml/core/gate';
import { open as opening, question, step } from '@nx-ml/core/gate/testing';
import type { JsonObject } from '@nx-ml/core/kernel';
import { bytesSource, collect, RemoteJournal } from '@nx-ml/core/remote';
import fc from 'fast-check';

import { entryOf } from './place-of-name.js';
import { spacesOf } from './spaces.js';
import type { StoreSpace } from './store-space.js';

const names = fc.constantFrom(
  'format.json',
  'objects/sha256/aa/bb',
  'packs/a.pack',
  ...['runs/a', 'runs/a/00', 'runs/ab', 'gate/x', 'registry/m'].flatMap((journal) =>
    ['00000000', '00000001', '00000002', '00000003'].map((entry) => `journals/${journal}/${entry}.json`),
  ),
  'journals/gate/notes.txt',
  'journals/runs/a/0000000.json',
);

function spaces(): { storage: MemoryBlobs; open(scope: string): StoreSpace } {
  const storage = new MemoryBlobs();
  const spaceOf = spacesOf(storage);
  return { storage, open: (scope) => spaceOf(parseScope(scope)) };
}

/** The rules as they are told, one name at a time. */
function placeOf(stored: ReadonlyMap<string, unknown>, scope: Scope, name: string): string | undefined {
  const has = (space: string, blob = name): boolean => stored.has(`store/${space}/${blob}`);
  const entry = entryOf(name);
  if (entry?.rule === 'shared') return has('shared') ? 'shared' : undefined;
  if (has(scope)) return scope;
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const isForked =
    entry !== undefined &&
    scope !== 'protected' &&
    Array.from({ length: entry.sequence }, (_, n) => `${folder}${String(n).padStart(8, '0')}.json`).some(
      (before) => has(scope, before),
    );
  return !isForked && has('protected') ? 'protected' : undefined;
}

/** What can stand at a position of a test set's journal. */
function budgetAt(position: number, asked = ''): JsonObject {
  return encodeBudgetEntry(position === 0 ? opening() : step(question(`${String(position)} ${asked}`)));
}

describe('what a scope sees', () => {
  it('is listed as it is found, from any place on, whatever lies where', async () => {
    const space = fc.constantFrom('protected', 'pr-7', 'shared', 'pr-8');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(space, names), { maxLength: 40 }),
        fc.constantFrom('protected', 'pr-7'),
        fc.oneof(names, fc.constant('')),
        fc.constantFrom('', 'journals/', 'journals/gate/', 'journals/runs/a/', 'objects/'),
        async (stored, scope, after, prefix) => {
          const { storage, open } = spaces();
          for (const [where, name] of stored) storage.blobs.set(`store/${where}/${name}`, Buffer.from(where));
          const all = [...new Set(stored.map(([, name]) => name))].sort();
          const view = open(scope);
          const expected = new Map(
            all.flatMap((name) => {
              const place = placeOf(storage.blobs, parseScope(scope), name);
              return place === undefined ? [] : [[name, place] as const];
            }),
          );
          for (const name of all) expect((await view.find(name))?.scope).toBe(expected.get(name));
          const listed: string[] = [];
          for await (const { name, size } of view.list(prefix, after)) {
            expect(size).toBe(expected.get(name)?.length);
            listed.push(name);
          }
          expect(listed).toEqual(
            [...expected.keys()].filter((name) => name > after && name.startsWith(prefix)),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is content only where it is its own or the protected scope’s', async () => {
    const { open } = spaces();
    await open('pr-8').write('packs/a.pack', bytesSource(Buffer.from('8')));
    await open('user-ada').write('packs/b.pack', bytesSource(Buffer.from('ada')));
    for (const reader of ['pr-7', 'protected'])
      for (const name of ['packs/a.pack', 'packs/b.pack'])
        expect(await open(reader).find(name)).toBeUndefined();
  });
});

describe('a journal', () => {
  const payloads = async (journal: RemoteJournal, name: string): Promise<unknown[]> =>
    (await journal.read(name)).map(({ payload }) => payload);
  /** The journal port over a space, as a client has it. */
  const journalOf = (space: StoreSpace): RemoteJournal =>
    new RemoteJournal({
      place: 'x',
      list: (prefix, after = '') => space.list(prefix, after),
      size: async (name) => (await space.find(name))?.size,
      read: async (name) => {
        const found = await space.find(name);
        return (found && (await space.open(name, found)))?.pieces(0, found.size);
      },
      write: (name, source) => space.write(name, source),
      create: (name, bytes) => space.create(name, bytes),
      remove: (name) => space.remove(name),
    });

  it('is forked by the first append, and neither side sees the other’s from there on', async () => {
    const { open } = spaces();
    const main = journalOf(open('protected'));
    const pr = journalOf(open('pr-7'));
    const other = journalOf(open('pr-8'));
    await main.append('runs/a', 0, { by: 'main' });
    expect((await pr.append('runs/a', 0, { by: 'pr' })).appended).toBe(false);
    expect((await pr.append('runs/a', 1, { by: 'pr' })).appended).toBe(true);
    await main.append('runs/a', 1, { by: 'main' });
    await main.append('runs/a', 2, { by: 'main' });
    expect(await payloads(pr, 'runs/a')).toEqual([{ by: 'main' }, { by: 'pr' }]);
    for (const reader of [main, other])
      expect(await payloads(reader, 'runs/a')).toEqual(Array(3).fill({ by: 'main' }));
    expect((await pr.append('runs/a', 2, { by: 'pr' })).appended).toBe(true);
  });

  it('of the gate is one for all, and has one winner of each position', async () => {
    const { open } = spaces();
    const writers = ['protected', ...Array.from({ length: 31 }, (_, n) => `pr-${String(n + 1)}`)];
    const journals = writers.map((scope) => journalOf(open(scope)));
    for (let position = 0; position < 3; position += 1) {
      const tries = journals.map((journal, who) =>
        journal.append('gate/w/test', position, budgetAt(position, String(who))),
      );
      expect((await Promise.all(tries)).filter(({ appended }) => appended)).toHaveLength(1);
    }
    const all = await Promise.all(journals.map((journal) => payloads(journal, 'gate/w/test')));
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(all[0]).toHaveLength(3);
  });

  it('of one scope gets no gap, however many append to it at once and while others go on', async () => {
    const { open } = spaces();
    const main = journalOf(open('protected'));
    const mine = journalOf(open('pr-7'));
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const journal = n % 2 === 0 ? main : mine;
        const length = (await journal.last('runs/a'))?.sequence ?? -1;
        await journal.append('runs/a', length + 1, { n });
      }),
    );
    for (const journal of [main, mine]) expect((await journal.read('runs/a')).length).toBeGreaterThan(0);
  });

  it('of a registry is written by the protected scope alone', async () => {
    const { open } = spaces();
    await expect(journalOf(open('pr-7')).append('registry/w/m', 0, { to: 'mine' })).rejects.toMatchObject({
      status: 403,
    });
    await journalOf(open('protected')).append('registry/w/m', 0, { to: 'main' });
    expect(await payloads(journalOf(open('pr-7')), 'registry/w/m')).toEqual([{ to: 'main' }]);
  });

  it('takes no entry behind a gap, none that is no entry, and none that follows another', async () => {
    const { open, storage } = spaces();
    const [pr, main] = [open('pr-7'), open('protected')];
    for (const journal of ['gate/x', 'gate/y']) await journalOf(main).append(journal, 0, budgetAt(0));
    await journalOf(main).append('gate/y', 1, budgetAt(1));
    const bytes = async (name: string): Promise<Buffer> =>
      (await collect((await storage.read(`store/shared/journals/gate/${name}`)) ?? none(), 1e6)) ??
      Buffer.alloc(0);
    const entry = (n: number): string => `journals/gate/x/0000000${String(n)}.json`;
    expect(await pr.create(entry(2), await bytes('x/00000000.json'))).toBe(false);
    for (const wrong of [Buffer.from('junk'), Buffer.alloc(0), await bytes('y/00000001.json')])
      await expect(pr.create(entry(1), wrong)).rejects.toMatchObject({ status: 422 });
    const foreign = spaces();
    const copy = journalOf(foreign.open('pr-7'));
    await copy.append('gate/x', 0, encodeBudgetEntry(opening({ steps: 7 })));
    await copy.append('gate/x', 1, budgetAt(1));
    const follows = foreign.storage.blobs.get(`store/shared/${entry(1)}`);
    await expect(pr.create(entry(1), follows ?? Buffer.alloc(0))).rejects.toMatchObject({ status: 422 });
    expect(await journalOf(main).read('gate/x')).toHaveLength(1);
  });

  it('is never written over or removed', async () => {
    const { open } = spaces();
    const main = open('protected');
    await journalOf(main).append('runs/a', 0, {});
    const name = 'journals/runs/a/00000000.json';
    await expect(main.write(name, bytesSource(Buffer.from('x')))).rejects.toMatchObject({ status: 428 });
    await expect(main.remove(name)).rejects.toMatchObject({ status: 405 });
  });
});

// eslint-disable-next-line @typescript-eslint/require-await -- an empty stream
async function* none(): AsyncIterable<Uint8Array> {
  yield* [];
}

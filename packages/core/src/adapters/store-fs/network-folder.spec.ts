import * as fs from 'node:fs';
import { join } from 'node:path';

import { digestOf, hexOf, messageOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { openGcStore } from './gc/index.js';
import { openFolderStore } from './index.js';
import type { FileCalls } from './index.js';
import { outcomeOf, quickCalls } from './testing/failing-calls.js';
import { Scratch, systemError, watchedCalls } from './testing/scratch.js';

/** What the second try of a call says whose first one was done, and only its reply was lost. */
const repeated: Readonly<Partial<Record<keyof FileCalls, string>>> = {
  linkSync: 'EEXIST',
  renameSync: 'ENOENT',
  rmdirSync: 'ENOENT',
  unlinkSync: 'ENOENT',
};

/** No test here mounts a network: what it says is put into the mouths of the calls. */
describe('A store in a network folder', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    scratch.writeData();
  });
  afterEach(() => {
    scratch.remove();
  });

  /** One of everything, some of it twice. */
  async function use(calls: FileCalls): Promise<void> {
    const { objects, journals } = await openFolderStore({ root: scratch.root, calls });
    const tree = await objects.putTree(scratch.at('data'));
    for (const target of ['out/tree', 'out/tree']) await objects.materialise(tree, scratch.at(target));
    const file = await objects.putBytes(Buffer.from('x'));
    for (const target of ['out/file', 'out/file'])
      await objects.materialise(file, scratch.at(target), { for: 'edit' });
    for (let entry = 0; entry < 3; entry += 1)
      expect(await journals.append('log', entry, { entry })).toMatchObject({ appended: true });
    await receive(calls, 2);
    await receive(calls);
    const gc = await openGcStore(scratch.root, calls);
    await gc.writeMarks({ at: 1, marks: new Map() });
    const garbage = await objects.putBytes(Buffer.from('garbage'));
    const found = (await gc.objects()).get(garbage.digest);
    if (found !== undefined) await gc.remove(found);
  }

  const received = Buffer.alloc(1_200_000, 'received ');

  /** @param pieces breaks off after so many */
  async function receive(calls: FileCalls, pieces = 10): Promise<void> {
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    async function* stream(start: number): AsyncIterable<Uint8Array> {
      for (let at = start; at < received.length; at += 300_000) {
        if (at >= start + pieces * 300_000) throw new Error('cut off');
        yield Promise.resolve(received.subarray(at, at + 300_000));
      }
    }
    const read = (start: number): Promise<AsyncIterable<Uint8Array>> => Promise.resolve(stream(start));
    const incoming = { digest: digestOf(received), size: received.length, place: 'the moon', read };
    await objects.receive(incoming).catch((error: unknown) => {
      if (messageOf(error) !== 'cut off') throw error;
    });
  }

  async function expectAsIfNothingHadHappened(): Promise<void> {
    const { objects, journals } = await openFolderStore({ root: scratch.root, calls: quickCalls });
    expect((await journals.read('log')).map(({ payload }) => payload)).toEqual(
      [0, 1, 2].map((entry) => ({ entry })),
    );
    for (const { digest } of scratch.objects()) await objects.readBytes(digest);
    const names = scratch.objects().map(({ digest }) => digest);
    expect([names.length, names.includes(digestOf(received)), names.includes(digestOf('garbage'))]).toEqual([
      7,
      true,
      false,
    ]);
    expect([scratch.count('tmp'), scratch.count('quarantine')]).toEqual([0, 0]);
    expect([fs.readdirSync(scratch.base).sort(), fs.readdirSync(scratch.at('out')).sort()]).toEqual([
      ['data', 'out', 'store'],
      ['file', 'tree'],
    ]);
    expect(fs.readdirSync(scratch.at('out/tree')).sort()).toEqual(['a', 'b', 'deep', 'large']);
  }

  /** Runs all once for each call that `disturb` has something to say to. */
  async function disturbEach(
    isMeant: (name: keyof FileCalls) => boolean,
    disturb: (name: keyof FileCalls, args: readonly unknown[]) => void,
  ): Promise<number> {
    for (let number = 1; ; number += 1) {
      scratch.startAgain();
      let count = 0;
      let disturbed = '';
      const calls = watchedCalls((name, args) => {
        if (!isMeant(name) || typeof args[0] !== 'string') return;
        count += 1;
        if (count !== number) return;
        disturbed = `${name} ${args.slice(0, 2).join(' ')}`;
        disturb(name, args);
      }, quickCalls);
      const outcome = await outcomeOf(() => use(calls));
      expect([disturbed, outcome]).toEqual([disturbed, 'done']);
      await expectAsIfNothingHadHappened();
      if (count < number) return count;
    }
  }

  it('knows its own success, whichever reply was lost', async () => {
    const total = await disturbEach(
      (name) => name in repeated,
      (name, args) => {
        const answer = repeated[name];
        if (answer === undefined || !fs.existsSync(String(args[0]))) return;
        (quickCalls[name] as (...given: readonly unknown[]) => unknown)(...args);
        throw systemError(answer);
      },
    );
    expect(total).toBeGreaterThan(40);
  });

  it('asks again where a handle went stale', async () => {
    // existsSync has no way to say so.
    const isMeant = (name: string): boolean => name !== 'existsSync' && name.endsWith('Sync');
    const total = await disturbEach(isMeant, () => {
      throw systemError('ESTALE');
    });
    expect(total).toBeGreaterThan(150);
  });

  it('does not take the reply for lost where another has the name', async () => {
    const entry = (sequence: number): string =>
      join(scratch.root, `journals/log/0000000${String(sequence)}.json`);
    const { journals } = await openFolderStore({ root: scratch.root });
    await journals.append('log', 0, { by: 'another' });
    const calls = watchedCalls((name, [, to]) => {
      if (name === 'linkSync') fs.copyFileSync(entry(0), String(to));
    });
    const mine = (await openFolderStore({ root: scratch.root, calls })).journals;
    expect(await mine.append('log', 1, { by: 'me' })).toMatchObject({ appended: false });
    fs.rmSync(entry(1), { force: true });
    expect(await journals.read('log')).toMatchObject([{ payload: { by: 'another' } }]);
  });

  describe('whose listings are old', () => {
    /** Listings of the journal, as they are made to come, the last one again and again; then as they are. */
    async function journalWith(listings: readonly (readonly string[])[]) {
      const { journals } = await openFolderStore({ root: scratch.root });
      for (let entry = 0; entry < 5; entry += 1) await journals.append('log', entry, { entry });
      const waiting = [...listings];
      const calls: FileCalls = {
        ...quickCalls,
        readdirSync: ((folder: string, options: { withFileTypes: true }) => {
          const all = fs.readdirSync(folder, options);
          const listed = folder.endsWith('/log') ? waiting.shift() : undefined;
          return listed === undefined ? all : all.filter(({ name }) => listed.includes(name));
        }) as FileCalls['readdirSync'],
      };
      return (await openFolderStore({ root: scratch.root, calls })).journals;
    }
    const named = (...numbers: readonly number[]): string[] =>
      numbers.map((one) => `0000000${String(one)}.json`);

    it.each<[string, readonly number[]]>([
      ['the last entries are not in it yet', [0, 1, 2]],
      ['one in between is not, since it came while the list was made', [0, 1, 3, 4]],
      ['none is', []],
    ])('sees all entries where %s', async (_, listed) => {
      const journals = await journalWith([named(...listed)]);
      expect(await journals.read('log')).toHaveLength(5);
      expect(await (await journalWith([named(...listed)])).last('log')).toMatchObject({ sequence: 4 });
      const appending = await journalWith([named(...listed)]);
      expect(await appending.append('log', 3, {})).toEqual({ appended: false, length: 5 });
    });

    it('passes over what a deleted file is called that somebody has open', async () => {
      const { objects, journals } = await openFolderStore({ root: scratch.root });
      const { digest } = await objects.putBytes(Buffer.from('x'));
      await journals.append('log', 0, {});
      const silly = '.nfs000000000123456700000001';
      fs.mkdirSync(join(scratch.root, 'journals/gone'));
      for (const folder of [
        `objects/sha256/${hexOf(digest).slice(0, 2)}`,
        'journals/log',
        'journals/gone',
        'workspaces',
        'gc/trash',
      ])
        scratch.write(`store/${folder}/${silly}`, 'deleted');
      const gc = await openGcStore(scratch.root);
      expect([...(await gc.objects()).keys()]).toEqual([digest]);
      expect(await gc.journals()).toEqual(['log']);
      expect(await gc.workspaces()).toEqual([]);
      expect(await (await openFolderStore({ root: scratch.root })).journals.read('log')).toHaveLength(1);
    });

    it('deletes nothing whose age another machine has just refreshed, though an old one is remembered here', async () => {
      const { objects } = await openFolderStore({ root: scratch.root });
      const { digest } = await objects.putBytes(Buffer.from('x'));
      const path = scratch.objects()[0]?.path ?? '';
      fs.utimesSync(path, 1_000_000, 1_000_000);
      const listed = (await (await openGcStore(scratch.root)).objects()).get(digest);
      const old = fs.lstatSync(path, { bigint: true });
      const calls: FileCalls = {
        ...quickCalls,
        // An open asks the server, and so does what is asked of an open file; a look need not.
        lstatSync: ((at: string, options: { bigint: true; throwIfNoEntry: false }): unknown =>
          at.includes('trash/') ? old : fs.lstatSync(at, options)) as FileCalls['lstatSync'],
      };
      fs.utimesSync(path, 2_000_000, 2_000_000);
      if (listed === undefined) throw new Error('it was not listed');
      expect(await (await openGcStore(scratch.root, calls)).remove(listed)).toBe(false);
      expect(scratch.objects().map((object): Digest => object.digest)).toEqual([digest]);
    });
  });
});

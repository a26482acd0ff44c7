import * as fs from 'node:fs';
import { join } from 'node:path';

import { planSweep } from '../../gc/index.js';
import type { SweepPlan } from '../../gc/index.js';
import { digestOf, hexOf } from '../../kernel/index.js';
import type { Clock, Digest } from '../../kernel/index.js';
import type { IncomingObject } from '../../store/index.js';
import { openGcStore } from './gc/index.js';
import { openFolderStore } from './index.js';
import type { FileCalls, FolderStore } from './index.js';
import { Scratch, watchedCalls } from './testing/scratch.js';
import { thisWriter } from './writers.js';

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;
const jumps: readonly (readonly [string, number])[] = [
  ['back an hour', -hour],
  ['back a day', -day - 1],
  ['back ten years', -10 * year],
  ['ahead an hour', hour],
  ['ahead a day', day + 60_000],
  ['ahead ten years', 10 * year],
];
const large = Buffer.alloc(2_500_000, 'some large object ');
/** No process has it: the largest number that Linux gives is 4,194,304, and macOS stays below 100,000. */
const deadWriter = thisWriter.replace(/-\d+$/, '-4999999');

describe.each(jumps)('A folder store and a clock that jumps %s', (_, jump) => {
  let scratch: Scratch;
  const clockAt = (shift: number): Clock => ({ now: () => Date.now() + shift, monotonic: () => 0 });
  const open = (shift: number, calls?: FileCalls): Promise<FolderStore> =>
    openFolderStore({ root: scratch.root, clock: clockAt(shift), ...(calls && { calls }) });

  beforeEach(async () => {
    scratch = new Scratch();
    for (const name of ['a', 'b', 'deep/c']) scratch.write(`data/${name}`, name);
    scratch.write('data/large', large);
    await open(0);
  });
  afterEach(() => {
    scratch.remove();
  });

  /** An object that comes from a place; `pause` may do something half-way. */
  function incoming(
    asked: number[],
    pause: () => Promise<unknown> = () => Promise.resolve(),
  ): IncomingObject {
    async function* stream(start: number): AsyncIterable<Uint8Array> {
      for (let at = start; at < large.length; at += 1_100_000) {
        yield large.subarray(at, at + 1_100_000);
        if (at === start) await pause();
      }
    }
    const read = (start: number): Promise<AsyncIterable<Uint8Array>> => {
      asked.push(start);
      return Promise.resolve(stream(start));
    };
    return { digest: digestOf(large), size: large.length, place: 'the moon', read };
  }

  async function expectAllRight(): Promise<void> {
    const { objects } = await open(0);
    for (const { digest } of scratch.objects()) await objects.readBytes(digest);
    expect([scratch.count('tmp'), scratch.count('quarantine')]).toEqual([0, 0]);
  }

  const trees = (at: string): string[] => fs.readdirSync(scratch.at(at)).sort();
  const whole = ['a', 'b', 'deep', 'large'];

  it('does all it does before the jump, after it, and when the clock is right again', async () => {
    const results: unknown[] = [];
    for (const shift of [0, jump, 0]) {
      const { objects, journals } = await open(shift);
      scratch.write('data/turn', String(shift));
      const ref = await objects.putTree(scratch.at('data'));
      await objects.materialise(ref, scratch.at('out'));
      await objects.receive(incoming([]));
      const { length } = await journals.read('log');
      const entry = await journals.append('log', length, { digest: ref.digest });
      expect(entry).toMatchObject({ appended: true });
      expect(await objects.verify(ref)).toEqual({ missing: [], corrupt: [] });
      results.push(ref);
    }
    expect(results[2]).toEqual(results[0]);
    expect(await (await open(0)).journals.read('log')).toHaveLength(3);
    await expectAllRight();
  });

  it('takes nothing from a put that is under way', async () => {
    let opened: Promise<unknown> | undefined;
    const calls = watchedCalls((name) => {
      // Between the staging and the naming: all bytes lie in tmp/.
      if (name === 'syncFileSystem' || name === 'fdatasync') opened ??= open(jump);
    });
    const { objects } = await open(0, calls);
    const ref = await objects.putTree(scratch.at('data'));
    await opened;
    expect(opened).toBeDefined();
    expect(await objects.verify(ref)).toEqual({ missing: [], corrupt: [] });
    await expectAllRight();
  });

  it('takes nothing from an object that is coming, also for whoever wants the same', async () => {
    const { objects } = await open(0);
    const asked: number[] = [];
    const other = async (): Promise<void> => (await open(jump)).objects.receive(incoming(asked));
    await objects.receive(incoming(asked, other));
    expect(asked).toEqual([0, 0]);
    await expectAllRight();
  });

  it('takes nothing from a restore that is under way beside another', async () => {
    const { objects } = await open(0);
    const ref = await objects.putTree(scratch.at('data'));
    const file = await objects.putBytes(Buffer.from('x'));
    const other = await open(jump);
    let beside: Promise<unknown> | undefined;
    const calls = watchedCalls((name, [, to]) => {
      if (name === 'linkSync' && String(to).endsWith('.tmp/large'))
        beside ??= other.objects.materialise(file, scratch.at('out/file'));
    });
    // The large file is read slowly, so that the other one has come and gone before the rest is built.
    const read = ((...args: Parameters<FileCalls['read']>) => {
      setTimeout(() => {
        calls.read(...args);
      }, 30);
    }) as FileCalls['read'];
    await (await open(0, { ...calls, read })).objects.materialise(ref, scratch.at('out/tree'));
    await beside;
    expect(beside).toBeDefined();
    expect([trees('out'), trees('out/tree')]).toEqual([['file', 'tree'], whole]);
  });

  it('goes on with what a dead process had received', async () => {
    const name = `${hexOf(digestOf(large))}.${deadWriter}-1.5.part`;
    fs.writeFileSync(join(scratch.root, 'tmp', name), large.subarray(0, 2_000_000));
    const asked: number[] = [];
    // Opened while it is young; the clock jumps afterwards.
    let shift = 0;
    const clock = { now: () => Date.now() + shift, monotonic: () => 0 };
    const { objects } = await openFolderStore({ root: scratch.root, clock });
    shift = jump;
    await objects.receive(incoming(asked));
    expect(asked).toEqual([2_000_000]);
    await expectAllRight();
  });

  it('sweeps in the end what a dead process left, whenever the clock said it was', async () => {
    const left = scratch.write(`store/tmp/${deadWriter}-0123456789abcdef-1`, 'left');
    const then = (Date.now() + jump) / 1000;
    fs.utimesSync(left, then, then);
    await open(3 * day);
    expect(scratch.count('tmp')).toBe(0);
  });

  describe('and garbage collection', () => {
    const graceMs = 14 * day;

    async function sweep(now: number, before?: SweepPlan): Promise<SweepPlan> {
      const store = await openGcStore(scratch.root);
      const [objects, leftovers] = [await store.objects(), await store.leftovers()];
      return planSweep({
        objects,
        leftovers,
        isReachable: () => false,
        marks: before?.marks,
        now,
        graceMs,
      });
    }

    it.each<[string, (store: FolderStore, digest: Digest) => Promise<unknown>]>([
      ['put', ({ objects }) => objects.putBytes(Buffer.from('relied on'))],
      ['found', ({ objects }, digest) => objects.has(digest)],
      ['read', ({ objects }, digest) => objects.readBytes(digest)],
    ])('waits anew for an object that was %s under the wrong clock', async (__, rely) => {
      const now = Date.now();
      const { digest } = await (await open(0)).objects.putBytes(Buffer.from('relied on'));
      const [path = ''] = scratch.objects().map((object) => object.path);
      fs.utimesSync(path, (now - 20 * day) / 1000, (now - 20 * day) / 1000);
      const marked = await sweep(now - 15 * day);
      expect((await sweep(now, marked)).due).toHaveLength(1);
      await rely(await open(jump), digest);
      const later = Math.max(now, fs.statSync(path).mtimeMs);
      expect((await sweep(later, marked)).due).toEqual([]);
    });

    it('does not take what is being written', async () => {
      const { objects } = await open(0);
      let found: SweepPlan | undefined;
      await objects.receive(
        incoming([], async () => {
          found = await sweep(Date.now() + jump).catch(() => undefined);
        }),
      );
      expect(found?.leftovers ?? []).toEqual([]);
      await expectAllRight();
    });
  });
});

describe('What a restore of another machine left beside its target', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch.remove();
  });
  const sibling = '.nx-ml-00000000-1-0123456789abcdef-1.tmp';

  /** @param calls those of the restore that sweeps */
  async function restoreBeside(calls: FileCalls): Promise<void> {
    for (const name of ['a', 'b', 'c']) scratch.write(`out/${sibling}/${name}`, name);
    const clock = { now: () => Date.now() + 2 * day, monotonic: () => 0 };
    const { objects } = await openFolderStore({ root: scratch.root, clock, calls });
    await objects.materialise(await objects.putBytes(Buffer.from('x')), scratch.at('out/file'));
  }

  it('goes at once and as a whole: should it be under way after all, it is told, and gives nothing with gaps', async () => {
    let moved = 0;
    const calls = watchedCalls((name, [from]) => {
      if (name !== 'renameSync' || from !== scratch.at(`out/${sibling}`)) return;
      moved += 1;
      expect(fs.readdirSync(scratch.at(`out/${sibling}`))).toEqual(['a', 'b', 'c']);
    });
    await restoreBeside(calls);
    expect([moved, fs.readdirSync(scratch.at('out'))]).toEqual([1, ['file']]);
  });

  it('stays whole where it may not be moved', async () => {
    const calls = watchedCalls((name, [from]) => {
      if (name === 'renameSync' && from === scratch.at(`out/${sibling}`))
        throw Object.assign(new Error('injected'), { code: 'EACCES', errno: -1 });
    });
    await restoreBeside(calls);
    expect(fs.readdirSync(scratch.at(`out/${sibling}`))).toEqual(['a', 'b', 'c']);
  });
});

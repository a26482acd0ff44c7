import * as fs from 'node:fs';

import { digestOf, messageOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { collect } from '../../remote/index.js';
import type { IncomingObject } from '../../store/index.js';
import { openGcStore } from './gc/index.js';
import { openFolderStore } from './index.js';
import type { FileCalls, FolderStore } from './index.js';
import { failAt, outcomeOf, quickCalls } from './testing/failing-calls.js';
import { Scratch } from './testing/scratch.js';

const codes = ['ENOSPC', 'EIO', 'EROFS', 'EACCES'];
const mb = 1024 * 1024;
const large = Buffer.alloc(3 * mb + 17, 'from another place ');
const digest = digestOf(large);

/** @param until the stream breaks off after so many bytes */
function incoming(asked: number[] = [], until = large.length): IncomingObject {
  async function* stream(start: number): AsyncIterable<Uint8Array> {
    for (let at = start; at < until; at += mb)
      yield Promise.resolve(large.subarray(at, Math.min(at + mb, until)));
    if (until < large.length) throw new Error('cut off');
  }
  const read = (start: number): Promise<AsyncIterable<Uint8Array>> => {
    asked.push(start);
    return Promise.resolve(stream(start));
  };
  return { digest, size: large.length, place: 'the moon', read };
}

describe.each(codes)('A folder store whose system calls fail one by one with %s', (code) => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    scratch.remove();
  });
  const open = (calls: FileCalls = quickCalls): Promise<FolderStore> =>
    openFolderStore({ root: scratch.root, calls });

  /** Runs `use` once for each call that it makes, in a new store, and lets that call fail. @returns what ended otherwise than explained */
  async function failEach(
    use: (calls: FileCalls) => Promise<unknown>,
    check: () => Promise<unknown>,
    prepare: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<readonly string[]> {
    const others = new Set<string>();
    for (let number = 1; ; number += 1) {
      fs.rmSync(scratch.root, { recursive: true, force: true });
      await prepare();
      const { calls, count, failed } = failAt(number, code);
      const outcome = await outcomeOf(() => use(calls));
      if (outcome !== 'ERR_ML_STORE_UNAVAILABLE') others.add(`${failed()} ${outcome}`.trim());
      await check();
      if (count() < number) {
        expect(number).toBeGreaterThan(15);
        return [...others].sort();
      }
    }
  }

  it('takes in an object whole or not at all, and goes on with what came', async () => {
    const use = async (calls: FileCalls): Promise<void> => {
      const { objects } = await open(calls);
      await objects.receive(incoming([], 2 * mb)).catch((error: unknown) => {
        if (messageOf(error) !== 'cut off') throw error;
      });
      await objects.receive(incoming());
      await collect((await objects.source(digest)).read(0, large.length), large.length);
    };
    const check = async (): Promise<void> => {
      const { objects } = await open();
      if (await objects.has(digest)) expect((await objects.readBytes(digest)).equals(large)).toBe(true);
      const asked: number[] = [];
      await objects.receive(incoming(asked));
      expect((await objects.readBytes(digest)).equals(large)).toBe(true);
      expect(asked.length).toBeLessThanOrEqual(1);
      expect([scratch.objects().length, scratch.count('tmp'), scratch.count('quarantine')]).toEqual([
        1, 0, 0,
      ]);
    };
    // What breaks off may have lost bytes as well: the next attempt finds them missing, and asks from the start.
    const harmless = ['done', 'unlinkSync done', 'write done', 'writeSync done'];
    expect(await failEach(use, check)).toEqual(harmless);
  });

  it('deletes the garbage or keeps it whole, and nothing else', async () => {
    const kept = Buffer.from('kept');
    const garbage = Buffer.from('garbage');
    const prepare = async (): Promise<void> => {
      const { objects } = await open();
      for (const bytes of [kept, garbage]) await objects.putBytes(bytes);
    };
    const use = async (calls: FileCalls): Promise<void> => {
      const store = await openGcStore(scratch.root, calls);
      await store.restoreSetAside();
      const found = (await store.objects()).get(digestOf(garbage));
      await store.journals();
      await store.leftovers();
      await store.readMarks();
      await store.writeMarks({ at: 1, marks: new Map([[digestOf(garbage), { since: 1, changedAt: 1 }]]) });
      if (found !== undefined) await store.remove(found);
    };
    const check = async (): Promise<void> => {
      const { objects } = await open();
      const all: Digest[] = scratch.objects().map((object) => object.digest);
      expect(all).toContain(digestOf(kept));
      for (const one of all) await objects.readBytes(one);
      expect([scratch.count('tmp'), scratch.count('quarantine')]).toEqual([0, 0]);
      await expect((await openGcStore(scratch.root)).readMarks()).resolves.not.toBe(null);
    };
    expect(await failEach(use, check, prepare)).toEqual(['done']);
  });
});

import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { recipeName, encodeRecipe } from '@nx-ml/core/chunks';
import { parseScope } from '@nx-ml/core/cache';
import { digestOf, fromHex } from '@nx-ml/core/kernel';
import { bytesSource, objectBlob, Remote } from '@nx-ml/core/remote';

import { sealBytes } from '../../cache/sealed-body.js';
import { readScopeStore } from './read-scope-store.js';
import { hour, openRoomRig, pushData, pushRun } from './testing/room-rig.js';
import type { RoomRig } from './testing/room-rig.js';

const full = expect.objectContaining({ status: 507 }) as Error;
const pr7 = parseScope('pr-7');
const none = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };

let rig: RoomRig;
beforeEach(() => {
  rig = openRoomRig();
});
afterEach(() => {
  rig.close();
});

/** Once it has counted. */
async function started(room: ReturnType<RoomRig['room']>): Promise<typeof room> {
  room.start();
  await room.stop();
  expect(room.isKnown).toBe(true);
  return room;
}

describe('Making room', () => {
  it('removes what nothing refers to, keeps what runs came to, and every journal', async () => {
    const room = await started(rig.room({ scope: 3_000_000 }));
    const blobs = rig.blobs('pr-7', room);
    const run = await pushRun(blobs, 'a');
    await pushData(blobs, 'b');
    rig.now += 8 * hour;
    const before = await rig.names();
    (await (await started(rig.room({ scope: 3_000_000 }))).reserve(pr7, 1_500_000)).end(0);
    const left = await rig.names();
    expect(await rig.bytes('pr-7')).toBeLessThan(1_500_000);
    expect(left.filter((name) => name.includes('/journals/'))).toHaveLength(1);
    expect(left.length).toBeLessThan(before.length);
    const remote = new Remote({ blobs, indexes: none });
    expect(await remote.missing(run.map((digest) => ({ digest })))).toEqual([]);
    expect(rig.told).toEqual([expect.stringContaining('store of pr-7: 1.1 MB')]);
  });

  it('takes what runs came to last, and never a journal', async () => {
    const room = await started(rig.room());
    await pushRun(rig.blobs('pr-7', room), 'a');
    rig.now += 8 * hour;
    const small = await started(rig.room({ scope: 1_000_000 }));
    (await small.reserve(pr7, 949_900)).end(0);
    expect(await rig.names()).toEqual([
      'store/pr-7/format.json',
      expect.stringMatching(/^store\/pr-7\/journals\/runs\//),
    ]);
    expect(small.evicted.bytes).toBeGreaterThan(1_100_000);
  });

  it('keeps what a manifest in the cache of Nx leads to longer than what nothing does', async () => {
    const room = await started(rig.room());
    const blobs = rig.blobs('pr-7', room);
    const named = await pushData(blobs, 'a');
    await pushData(blobs, 'b');
    const body = gzipSync(Buffer.from(`…{"outputs":{"model":{"digest":"${named.digest}"}}}…`));
    const entry = Buffer.concat([body, Buffer.alloc(sealBytes, ' ')]);
    await rig.storage.write('cache/pr-7/aa/aa1', bytesSource(entry));
    rig.now += 8 * hour;
    (await (await started(rig.room({ scope: 3_000_000 }))).reserve(pr7, 1_500_000)).end(0);
    const missing = await new Remote({ blobs, indexes: none }).missing([
      named,
      { digest: digestOf(Buffer.alloc(1_100_000, 'a')), size: 1_100_000 },
      { digest: digestOf(Buffer.alloc(1_100_000, 'b')), size: 1_100_000 },
    ]);
    expect(missing).toEqual([digestOf(Buffer.alloc(1_100_000, 'b'))]);
  });

  it('removes nothing of the last hours, and refuses what then has no room', async () => {
    const room = await started(rig.room({ scope: 2_000_000 }));
    await pushData(rig.blobs('pr-7', room), 'a');
    await expect((await started(rig.room({ scope: 2_000_000 }))).reserve(pr7, 1_500_000)).rejects.toEqual(
      full,
    );
    rig.now += 6 * hour;
    await expect((await started(rig.room({ scope: 2_000_000 }))).reserve(pr7, 1_500_000)).rejects.toEqual(
      full,
    );
    expect(await rig.bytes('pr-7')).toBeGreaterThan(1_100_000);
  });

  it('removes nothing that was asked for, nor anything of a store whose packs were listed', async () => {
    const room = await started(rig.room({ scope: 2_500_000 }));
    const blobs = rig.blobs('pr-7', room);
    await pushData(blobs, 'a');
    await pushData(blobs, 'b');
    rig.now += 8 * hour;
    const asked = objectBlob(digestOf(Buffer.alloc(1_100_000, 'a')));
    expect(await blobs.size(asked)).toBe(1_100_000);
    // As if the pushes had ended here: the count is of what came meanwhile, too.
    await started(room);
    (await room.reserve(pr7, 1_000_000)).end(0);
    expect(await blobs.size(asked)).toBe(1_100_000);
    expect(await blobs.size(objectBlob(digestOf(Buffer.alloc(1_100_000, 'b'))))).toBeUndefined();
    await new Remote({ blobs, indexes: none }).refresh();
    await expect(room.reserve(pr7, 2_400_000)).rejects.toEqual(full);
  });

  it('removes nothing of the protected scope, and refuses where all together have too much', async () => {
    const room = await started(rig.room());
    await pushData(rig.blobs('protected', room), 'a');
    await pushData(rig.blobs('user-ada', room), 'b');
    rig.now += 100 * hour;
    const full2 = await started(rig.room({ total: 1_200_000 }));
    await expect(full2.reserve(parseScope('protected'), 500_000)).rejects.toEqual(full);
    expect(await rig.bytes('protected')).toBeGreaterThan(1_100_000);
    expect(await rig.bytes('user-ada')).toBeLessThan(1000);
  });

  it('holds for uploads under way together', async () => {
    const room = await started(rig.room({ scope: 1_000_000 }));
    const first = await room.reserve(pr7, 600_000);
    await expect(room.reserve(pr7, 600_000)).rejects.toEqual(full);
    await expect(room.reserve(parseScope('pr-8'), 600_000)).resolves.toBeDefined();
    first.end(0);
    await expect(room.reserve(pr7, 600_000)).resolves.toBeDefined();
  });

  it('leaves what another server on the same storage has just taken in', async () => {
    const [one, other] = [await started(rig.room()), await started(rig.room({ scope: 1_000_000 }))];
    await pushData(rig.blobs('pr-7', one), 'a');
    await started(other);
    await expect(other.reserve(pr7, 500_000)).rejects.toEqual(full);
    expect(await rig.bytes('pr-7')).toBeGreaterThan(1_100_000);
  });

  it('goes on after a removal that failed, and has taken no index without its pack', async () => {
    const room = await started(rig.room());
    await pushRun(rig.blobs('pr-7', room), 'a');
    rig.now += 8 * hour;
    const remove = rig.storage.remove.bind(rig.storage);
    let count = 0;
    rig.storage.remove = (name) =>
      (count += 1) % 3 === 0 ? Promise.reject(new Error('lost')) : remove(name);
    for (let left = Infinity; left > 2;) {
      const small = await started(rig.room({ scope: 1000 }));
      await small.reserve(pr7, 900).catch(() => undefined);
      const names = await rig.names();
      left = names.length;
      for (const index of names.filter((name) => name.endsWith('.index')))
        expect(names).toContain(index.replace(/index$/, 'pack'));
    }
    expect(count).toBeGreaterThan(3);
  });
});

describe('What is just being removed', () => {
  it('counts as not there, and who writes it waits', async () => {
    const room = await started(rig.room({ scope: 1000 }));
    const blobs = rig.blobs('pr-7', room);
    await rig.storage.write('store/pr-7/a', bytesSource(Buffer.alloc(900)));
    rig.now += 8 * hour;
    await started(room);
    let go: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => {
      const remove = rig.storage.remove.bind(rig.storage);
      rig.storage.remove = async (name) => {
        await new Promise<void>((done) => {
          go = done;
          resolve();
        });
        await remove(name);
      };
    });
    const reserved = room.reserve(pr7, 500);
    await begun;
    expect([await blobs.size('a'), await blobs.read('a')]).toEqual([undefined, undefined]);
    const written = blobs.write('a', bytesSource(Buffer.alloc(10)));
    go?.();
    await Promise.all([reserved, written]);
    expect(await blobs.size('a')).toBe(10);
  });

  it('stays where somebody asked for it after it was chosen, with all that it is made of', async () => {
    const room = await started(rig.room({ scope: 2000 }));
    const blobs = rig.blobs('pr-7', room);
    const digest = fromHex('ab'.repeat(32));
    const source = `chunks/${'ef'.repeat(32)}`;
    const recipe = encodeRecipe({
      ...{ digest, size: 100, sources: [source], runs: [{ source: 0, offset: 0, size: 100 }] },
      segments: [{ digest: fromHex('12'.repeat(32)), size: 100, chunks: 1, source: 0, offset: 100 }],
    });
    await rig.storage.write(`store/pr-7/${source}`, bytesSource(Buffer.alloc(1500)));
    await rig.storage.write(`store/pr-7/${recipeName(digest)}`, bytesSource(recipe));
    await rig.storage.write('store/pr-7/a', bytesSource(Buffer.alloc(10)));
    utimesSync(join(rig.storage.place, 'store/pr-7/a'), 1, 1);
    rig.now += 8 * hour;
    await started(room);
    const units = await readScopeStore(pr7, rig.storage, room.uses);
    expect(units.map(({ takesFrom }) => takesFrom.length).sort()).toEqual([0, 0, 1]);
    const remove = rig.storage.remove.bind(rig.storage);
    rig.storage.remove = async (name) => {
      await remove(name);
      // Nobody has asked before, and the next to go would be what it is made of.
      await blobs.size(recipeName(digest));
    };
    await expect(room.reserve(pr7, 1900)).rejects.toEqual(full);
    expect(await rig.names()).toEqual([`store/pr-7/${source}`, `store/pr-7/${recipeName(digest)}`]);
  });
});

it('one store that cannot be looked at keeps no other from being tidied', async () => {
  const room = await started(rig.room());
  for (const scope of ['pr-6', 'pr-7']) await pushData(rig.blobs(scope, room), 'a');
  rig.now += 8 * hour;
  const read = rig.storage.read.bind(rig.storage);
  rig.storage.read = (name, ...rest) =>
    name.includes('pr-6/packs') ? Promise.reject(new Error('it is far')) : read(name, ...rest);
  const small = await started(rig.room({ total: 1_500_000 }));
  await expect(small.reserve(pr7, 100_000)).resolves.toBeDefined();
  expect(rig.told[0]).toBe('it is far');
});

import { randomBytes } from 'node:crypto';

import { digestOf } from '@nx-ml/core/kernel';
import { bytesSource, objectBlob, RemoteJournal } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

import { openStoreRig } from './testing/store-rig.js';
import type { StoreRig } from './testing/store-rig.js';

const mb = 1_000_000;
const hour = 3_600_000;
const full = expect.objectContaining({ code: 'ERR_ML_REMOTE_UNAVAILABLE' }) as Error;

let rig: StoreRig;
let now: number;
beforeEach(async () => {
  now = Date.now();
  rig = await openStoreRig({ quotas: { total: undefined, scope: 5 * mb }, now: () => now });
  while (!rig.room.isKnown) await new Promise((resolve) => setTimeout(resolve, 10));
});
afterEach(() => rig.close());

async function push(blobs: Blobs, size = 2 * mb): Promise<string> {
  const bytes = randomBytes(size);
  const name = objectBlob(digestOf(bytes));
  await blobs.write(name, bytesSource(bytes));
  return name;
}

it('a store that is full of what was just pushed refuses more, and tells so; others have their own', async () => {
  const blobs = rig.client('pr-7', { retries: 0 });
  const names = [await push(blobs), await push(blobs)];
  await expect(push(blobs)).rejects.toEqual(full);
  for (const name of names) expect(await blobs.size(name)).toBe(2 * mb);
  await push(rig.client('pr-8'));
  for (let count = 0; count < 4; count += 1) await push(rig.client('protected'));
});

it('makes room a day later by what nobody asked for, and keeps what is asked for meanwhile', async () => {
  const blobs = rig.client('pr-7');
  const [first, second] = [await push(blobs), await push(blobs)];
  const journal = new RemoteJournal(blobs);
  await journal.append('runs/aa/x', 0, { note: 'x' });
  now += 24 * hour;
  expect(await blobs.sizes?.([first])).toEqual(new Map([[first, 2 * mb]]));
  const third = await push(blobs);
  expect([await blobs.size(first), await blobs.size(second), await blobs.size(third)]).toEqual([
    2 * mb,
    undefined,
    2 * mb,
  ]);
  expect(await journal.read('runs/aa/x')).toHaveLength(1);
});

it('counts what is stored, not what broke or was refused', async () => {
  const blobs = rig.client('pr-7', { retries: 0 });
  const lie = objectBlob(digestOf('other bytes'));
  for (let count = 0; count < 4; count += 1)
    await expect(blobs.write(lie, bytesSource(randomBytes(3 * mb)))).rejects.toThrow();
  await push(blobs, 4 * mb);
  expect(rig.room.bytes.get('pr-7')).toBe(4 * mb);
  const text = String((await rig.server.ask('GET', '/metrics')).body);
  expect(text).toContain(`nx_ml_store_bytes{scope="pr"} ${String(4 * mb)}\n`);
});

it('appends, too, want room: a journal that fills a disk is no better than a blob', async () => {
  const blobs = rig.client('pr-7', { retries: 0 });
  await push(blobs, 4_999_990);
  await expect(new RemoteJournal(blobs).append('runs/aa/x', 0, { note: 'x' })).rejects.toEqual(full);
  expect(
    await new RemoteJournal(rig.client('protected')).append('runs/aa/x', 0, { note: 'x' }),
  ).toMatchObject({
    appended: true,
  });
});

import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { newKey } from '@nx-ml/core/bundle/testing';
import type { StageableRelease } from '@nx-ml/core/deploy/testing';
import { hexOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { AdminRig } from './testing/admin-rig.js';
import type { AdminRigOptions } from './testing/admin-rig.js';

describe('a gateway when something goes wrong', () => {
  let rig: AdminRig;
  const start = async (options?: AdminRigOptions): Promise<void> => {
    rig = await new AdminRig(options).start();
  };
  afterEach(() => rig.close());

  const stage = ({ release, bundles }: StageableRelease) => rig.target().stage(release, bundles);
  const at = (...parts: string[]): string => join(rig.path, ...parts);
  /** The bytes of a file of a release, as they lie among the blobs. */
  const blobOf = (text: string): string =>
    at('blobs/sha256', createHash('sha256').update(text).digest('hex'));
  const damage = (path: string): void => {
    chmodSync(path, 0o600);
    writeFileSync(path, 'other bytes');
  };
  const releasesOnDisk = (): string[] => readdirSync(at('releases')).sort();
  const expectServing = async (id: Digest): Promise<void> => {
    expect(await rig.ask(3)).toEqual([id, id, id]);
  };

  it('loads nothing that is not signed by a key it trusts', async () => {
    const [ours, theirs] = [newKey(), newKey()];
    await start({ trustedKeys: [ours.trusted] });
    const good = await rig.serve(rig.release('good', { key: ours.signing }));
    for (const bad of [rig.release('forged', { key: theirs.signing }), rig.release('unsigned')]) {
      expect(await stage(bad)).toMatchObject({
        ready: false,
        reason: expect.stringMatching(/sign/) as string,
      });
      const { revision } = await rig.target().observe();
      await expect(rig.target().route(revision, { baseline: bad.id })).rejects.toThrow();
    }
    expect(releasesOnDisk()).toEqual([hexOf(good)]);
    await expectServing(good);
  });

  it('takes no tampered bundle: neither other bytes, nor another index', async () => {
    await start();
    const good = await rig.serve(rig.release('good'));
    const bytes = rig.release('other bytes');
    const blobs = join(bytes.bundles['m'] ?? '', 'blobs/sha256');
    const blob = createHash('sha256').update('other bytes').digest('hex');
    writeFileSync(join(blobs, blob), 'tampered');
    await expect(stage(bytes)).rejects.toThrow(/has the digest/);
    const [one, other] = [rig.release('one'), rig.release('other')];
    expect(await stage({ ...one, bundles: other.bundles })).toMatchObject({ ready: false });
    await expectServing(good);
    expect(releasesOnDisk()).toEqual([hexOf(good)]);
  });

  it('takes no bundle of which a part is missing, and takes it when that came', async () => {
    await start();
    const good = await rig.serve(rig.release('good'));
    const half = rig.release('half');
    const path = join(
      half.bundles['m'] ?? '',
      'blobs/sha256',
      createHash('sha256').update('half').digest('hex'),
    );
    const bytes = readFileSync(path);
    rmSync(path);
    expect(await stage(half)).toMatchObject({ ready: false });
    await expectServing(good);
    writeFileSync(path, bytes);
    expect(await stage(half)).toMatchObject({ ready: true });
  });

  it('serves the release before when bytes of the baseline changed while it was down, and says so', async () => {
    await start();
    const first = await rig.serve(rig.release('first'));
    await rig.serve(rig.release('second'));
    await rig.stop();
    damage(blobOf('second'));
    await rig.start();
    await expectServing(first);
    expect(rig.lines.join('\n')).toMatch(/s: release \w+ cannot be served: .*damaged.*serves in its place/);
    expect(await rig.ready()).toMatchObject({
      status: 200,
      json: { ready: true, troubles: { s: expect.stringMatching(/cannot be served/) as string } },
    });
    const third = await rig.serve(rig.release('third'));
    expect(await rig.ready()).toMatchObject({ json: { troubles: {} } });
    await expectServing(third);
  });

  it('is not ready when no release of a service is whole, and is mended by a deployment', async () => {
    await start();
    await rig.serve(rig.release('only'));
    await rig.stop();
    damage(blobOf('only'));
    await rig.start();
    expect(await rig.ask(1)).toEqual([null]);
    expect(await rig.ready()).toMatchObject({ status: 503 });
    const next = await rig.serve(rig.release('next'));
    await expectServing(next);
    expect((await rig.ready()).status).toBe(200);
  });

  it('takes nothing more when its disk is full, and goes on serving, routing and going back', async () => {
    let free = Infinity;
    await start({ free: () => free });
    const first = await rig.serve(rig.release('first'));
    const second = rig.release('second');
    await stage(second);
    free = 1000;
    await expect(stage(rig.release('third'))).rejects.toThrow(/507.*no room/);
    await expectServing(first);
    const { revision } = await rig.target().observe();
    expect(await rig.target().route(revision, { baseline: second.id })).toMatchObject({ done: true });
    expect(await rig.target().rollback(undefined, 'spec')).toMatchObject({ route: { baseline: first } });
    await expectServing(first);
    expect(readdirSync(at('incoming'))).toEqual([]);
  });

  it('goes back also when that cannot be written, and changes no route then', async () => {
    await start();
    const first = await rig.serve(rig.release('first'));
    const second = await rig.serve(rig.release('second'));
    // What stands where a folder was cannot be written into, not even by root.
    rmSync(at('services'), { recursive: true });
    writeFileSync(at('services'), '');
    const third = rig.release('third');
    await stage(third);
    const { revision } = await rig.target().observe();
    await expect(rig.target().route(revision, { baseline: third.id })).rejects.toThrow(/503/);
    await expectServing(second);
    expect(await rig.target().rollback(undefined, 'spec')).toMatchObject({ route: { baseline: first } });
    await expectServing(first);
    expect(rig.lines.join('\n')).toMatch(/went back, and that cannot be kept yet/);
  });

  it('goes by no clock: neither an hour ahead nor one back ends a candidate, or keeps it', async () => {
    let now = Date.parse('2026-11-27T12:00:00Z');
    await start({ now: () => now });
    const baseline = await rig.serve(rig.release('first'));
    const second = rig.release('second');
    await stage(second);
    const { revision } = await rig.target().observe();
    const candidate = { release: second.id, share: 1, mode: 'split' } as const;
    await rig.target().route(revision, { baseline, candidate }, 60);
    for (const jump of [3_600_000, -7_200_000]) {
      now += jump;
      await expectServing(second.id);
    }
    const shorter = await rig.target().observe();
    await rig.target().route(shorter.revision, { baseline, candidate }, 0.2);
    now -= 86_400_000;
    while ((await rig.target().observe()).route.candidate !== undefined) await sleep(20);
    await expectServing(baseline);
  });

  it('sweeps what nobody needs, and never what serves or can be gone back to', async () => {
    let now = Date.now();
    await start({ now: () => now });
    const ids: Digest[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) ids.push(await rig.serve(rig.release(name)));
    for (const [index, id] of ids.entries()) utimesSync(at('releases', hexOf(id)), index + 1, index + 1);
    await rig.stop();
    now += 2 * 3_600_000;
    await rig.start();
    while (releasesOnDisk().length > 4) await sleep(20);
    expect(releasesOnDisk()).toEqual(ids.slice(2).map(hexOf).sort());
    while (existsSync(blobOf('a'))) await sleep(20);
    for (const name of ['c', 'd', 'e', 'f']) expect(statSync(blobOf(name)).size).toBe(1);
    expect(await rig.target().rollback(ids[2], 'by name')).toMatchObject({ route: { baseline: ids[2] } });
    await expectServing(ids[2] ?? ids[0] ?? ('' as Digest));
  });

  it('is one gateway: another does not open its state', async () => {
    await start();
    const other = new AdminRig({ path: rig.path });
    await expect(other.start()).rejects.toThrow(/used by another gateway/);
    await other.close();
  });
});

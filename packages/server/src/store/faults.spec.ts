import { randomBytes } from 'node:crypto';

import { encodeBudgetEntry } from '@nx-ml/core/gate';
import { open, question, step } from '@nx-ml/core/gate/testing';
import { digestOf } from '@nx-ml/core/kernel';
import { bytesSource, collect, objectBlob, RemoteJournal } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';
import { FaultProxy } from '@nx-ml/core/remote/testing';
import type { Fault, FaultPlan } from '@nx-ml/core/remote/testing';

import { openStoreRig } from './testing/store-rig.js';
import type { StoreRig } from './testing/store-rig.js';

const mb = 2 ** 20;
const large = randomBytes(9 * mb + 7);
const name = objectBlob(digestOf(large));
const unavailable = expect.objectContaining({ code: 'ERR_ML_REMOTE_UNAVAILABLE' }) as Error;

describe('between a client and the store', () => {
  let rig: StoreRig;
  let proxy: FaultProxy;
  let blobs: Blobs;
  let direct: Blobs;
  let port: number;
  beforeEach(async () => {
    rig = await openStoreRig();
    proxy = new FaultProxy(new URL(`http://127.0.0.1:${String(rig.server.port)}`));
    port = Number(new URL(await proxy.start()).port);
    blobs = rig.client('pr-7', { port });
    direct = rig.client('pr-7');
  });
  afterEach(async () => {
    await proxy.stop();
    await rig.close();
  });

  const get = async (from: Blobs, blob: string): Promise<Buffer | undefined> => {
    const stream = await from.read(blob);
    return stream && collect(stream, Number.MAX_SAFE_INTEGER);
  };
  const listed = async (from: Blobs): Promise<string[]> => {
    const names: string[] = [];
    for await (const blob of from.list('')) names.push(blob.name);
    return names;
  };
  /** Each request fails twice, whichever it is, before it passes. */
  const twice = (fault: Fault): void => {
    const tries = new Map<string, number>();
    proxy.reset(({ method, url }) => {
      const tried = tries.get(`${method} ${url}`) ?? 0;
      tries.set(`${method} ${url}`, tried + 1);
      return tried < 2 ? fault : undefined;
    });
  };

  it.each<[string, Fault]>([
    ['answers 500 with a page', { kind: 'answer', status: 500, text: '<html></html>' }],
    ['answers 503', { kind: 'answer', status: 503 }],
    ['answers 429', { kind: 'answer', status: 429 }],
    ['breaks the connection', { kind: 'reset', after: 1000 }],
    ['loses the answer', { kind: 'lose' }],
    ['cuts the answer short', { kind: 'truncate', after: 20 }],
  ])('what twice %s is asked again, and everything is as if nothing had been', async (_, fault) => {
    twice(fault);
    const small = large.subarray(0, 3000);
    await blobs.write('small', bytesSource(small));
    expect(await blobs.create('created', Buffer.from('mine'))).toBe(true);
    expect(await blobs.create('created', Buffer.from('other'))).toBe(false);
    expect([await blobs.size('small'), await blobs.size('nothing')]).toEqual([small.length, undefined]);
    expect((await get(blobs, 'small'))?.equals(small)).toBe(true);
    expect(await listed(blobs)).toEqual(['created', 'small']);
    let told = 0;
    await blobs.write(name, bytesSource(large), { onBytes: (count) => (told += count) });
    expect(told).toBe(large.length);
    expect((await get(direct, name))?.equals(large)).toBe(true);
    await blobs.remove('small');
    expect(await listed(direct)).toEqual(['created', name]);
  });

  it('an upload goes on where it broke, as often as it breaks, also in another process', async () => {
    let broken = 0;
    const breaking: FaultPlan = ({ method }) =>
      method === 'PUT' && (broken += 1) <= 4 ? { kind: 'reset', after: 2 * mb } : undefined;
    proxy.reset(breaking);
    const impatient = rig.client('pr-7', { port, retries: 1 });
    await impatient.write(name, bytesSource(large));
    expect(broken).toBe(5);
    expect(proxy.received('PUT')).toBeLessThan(1.5 * large.length);
    expect((await get(direct, name))?.equals(large)).toBe(true);
  });

  it('an upload of which only the answer was lost is not sent again', async () => {
    proxy.reset(({ method }, nth) => (method === 'PUT' && nth < 2 ? { kind: 'lose' } : undefined));
    await blobs.write(name, bytesSource(large));
    expect(proxy.received('PUT')).toBe(large.length);
  });

  it('an upload goes on after the server was started anew', async () => {
    proxy.reset(({ method }) => (method === 'PUT' ? { kind: 'reset', after: 6 * mb } : undefined));
    const impatient = rig.client('pr-7', { port, retries: 0 });
    await expect(impatient.write(name, bytesSource(large))).rejects.toEqual(unavailable);
    expect([await direct.size(name), await listed(direct)]).toEqual([undefined, []]);
    await rig.server.restart();
    const after = new FaultProxy(new URL(`http://127.0.0.1:${String(rig.server.port)}`));
    const anew = rig.client('pr-7', { port: Number(new URL(await after.start()).port) });
    await anew.write(name, bytesSource(large));
    expect(after.received('PUT')).toBeLessThan(large.length - 4 * mb);
    expect((await get(anew, name))?.equals(large)).toBe(true);
    await after.stop();
  });

  it('bytes that turned on their way up are sent again, and the wrong ones get no name', async () => {
    let isDone = false;
    proxy.reset(({ method }) => {
      if (isDone || method !== 'PUT') return undefined;
      isDone = true;
      return { kind: 'flip', at: 5 * mb };
    });
    await blobs.write(name, bytesSource(large));
    expect(proxy.seen.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    expect((await get(direct, name))?.equals(large)).toBe(true);
  });

  it('a download goes on from where it broke, each byte told once', async () => {
    await direct.write(name, bytesSource(large));
    proxy.reset((_, nth) => (nth > 0 && nth < 20 ? { kind: 'truncate', after: 700_000 } : undefined));
    let told = 0;
    const stream = await blobs.read(name, undefined, { onBytes: (count) => (told += count) });
    expect((stream && (await collect(stream, large.length)))?.equals(large)).toBe(true);
    expect(told).toBe(large.length);
  });

  it('two versions of a blob are never joined', async () => {
    await direct.write('packs/a.pack', bytesSource(large));
    proxy.reset((_, nth) => (nth > 0 ? { kind: 'truncate', after: 500_000 } : undefined));
    const reading = async (): Promise<void> => {
      let count = 0;
      for await (const part of (await blobs.read('packs/a.pack')) ?? []) {
        if (count === 0) await direct.write('packs/a.pack', bytesSource(randomBytes(large.length)));
        count += part.length;
      }
    };
    await expect(reading()).rejects.toMatchObject({
      message: expect.stringContaining('was replaced or removed while it was read') as string,
    });
  });

  it.each<[string, Fault]>([
    ['a page of another server', { kind: 'answer', status: 200, text: '<html>Sign in</html>' }],
    ['its absence', { kind: 'answer', status: 404 }],
    ['its refusal', { kind: 'answer', status: 403 }],
    ['a redirect', { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['an empty range', { kind: 'answer', status: 416 }],
    ['another range', answer(206, 'x'.repeat(10), { 'content-range': 'bytes 5-14/20' })],
    ['a range without an end', answer(206, 'x', { 'content-range': 'bytes 0-/1' })],
    ['more than it says', answer(206, 'x'.repeat(30), { 'content-range': 'bytes 0-9/10' })],
  ])('%s is no blob, and no blob that is not there', async (_, fault) => {
    await direct.write('packs/a.pack', bytesSource(large.subarray(0, 20)));
    proxy.reset(() => fault);
    await expect(get(rig.client('pr-7', { port, retries: 1 }), 'packs/a.pack')).rejects.toEqual(unavailable);
    if (fault.kind === 'answer' && fault.status !== 206)
      for (const run of [() => blobs.size('packs/a.pack'), () => listed(blobs), () => blobs.remove('a')])
        await expect(run()).rejects.toEqual(unavailable);
  });

  it.each([
    '{}',
    'null',
    '{"blobs":[{"name":"../x","size":1}]}',
    '{"blobs":[{"name":"b","size":1},{"name":"a","size":1}]}',
    '{"blobs":[{"name":"a","size":-1}]}',
    '{"blobs":[{"name":"a","size":1}],"next":"0"}',
    '{"blobs":[],"next":""}',
  ])('the list %s is none', async (text) => {
    proxy.reset(() => answer(200, text));
    await expect(listed(blobs)).rejects.toEqual(unavailable);
  });

  it('each name has one winner of 8 even when every other answer is lost', async () => {
    proxy.reset((_, nth) => (nth % 2 === 0 ? { kind: 'lose' } : undefined));
    for (let round = 0; round < 4; round += 1) {
      const tries = Array.from({ length: 8 }, (_, who) =>
        blobs.create(`users/${String(round)}`, Buffer.from(`same ${String(who % 2)}`)),
      );
      expect((await Promise.all(tries)).filter((isMine) => isMine)).toHaveLength(1);
    }
  });

  it('the journal of a gate takes one of 32 who append at once, whatever their scope, and is whole', async () => {
    const clients = Array.from({ length: 32 }, (_, n) =>
      rig.client(n % 4 === 0 ? 'protected' : `pr-${String(n)}`),
    ).map((client) => new RemoteJournal(client));
    for (let length = 0; length < 3; length += 1) {
      const tries = clients.map((journal, who) =>
        journal.append(
          'gate/w/test',
          length,
          encodeBudgetEntry(length === 0 ? open() : step(question(`${String(length)} ${String(who)}`))),
        ),
      );
      expect((await Promise.all(tries)).filter(({ appended }) => appended)).toHaveLength(1);
    }
    expect(await clients[5]?.read('gate/w/test')).toHaveLength(3);
  });
});

/** As a store of ours says it. */
function answer(status: number, text: string, headers: Record<string, string> = {}): Fault {
  return { kind: 'answer', status, text, headers: { 'x-nx-ml-store': '1', etag: '"a"', ...headers } };
}

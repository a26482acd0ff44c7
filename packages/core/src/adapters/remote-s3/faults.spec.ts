import { randomBytes, randomUUID } from 'node:crypto';

import { bytesSource, collect } from '../../remote/index.js';
import type { Blobs } from '../../remote/index.js';
import { openS3Blobs } from './index.js';
import { FaultProxy } from '../http-client/testing/fault-proxy.js';
import type { Fault, FaultPlan } from '../http-client/testing/fault-proxy.js';
import { addressOf } from './testing/s3-address.js';
import { describeWithS3, makeBucket, startS3Server } from './testing/s3-server.js';
import type { S3Server } from './testing/s3-server.js';

const mb = 1024 * 1024;
const small = randomBytes(3 * mb + 5);
/** Goes in parts, as nothing does below 64 MB: 65 are five of them. */
const large = randomBytes(65 * mb);

describeWithS3('Between us and a bucket', () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let endpoint: string;
  let blobs: Blobs;
  let direct: Blobs;

  beforeAll(async () => {
    server = await startS3Server();
    await makeBucket(server);
    proxy = new FaultProxy(new URL(server.endpoint));
    endpoint = await proxy.start();
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });
  beforeEach(async () => {
    const prefix = `f/${randomUUID()}`;
    proxy.reset();
    const patience = { firstDelay: 1 };
    blobs = await openS3Blobs(addressOf({ ...server, endpoint }, prefix), { patience });
    direct = await openS3Blobs(addressOf(server, prefix));
  });

  const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });
  const get = async (from: Blobs, name: string): Promise<Buffer | undefined> => {
    const stream = await from.read(name);
    return stream === undefined ? undefined : collect(stream, Number.MAX_SAFE_INTEGER);
  };
  const listed = async (from: Blobs): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of from.list('')) names.push(name);
    return names.sort();
  };
  /** Every request fails so many times before it gets through. HEAD's answers have no text, so not all can befall them. */
  const each = (fault: Fault, times: number): FaultPlan => {
    const tries = new Map<string, number>();
    return ({ method, url }) => {
      if (method === 'HEAD' && fault.kind === 'answer' && fault.status === 400) return undefined;
      const key = `${method} ${url}`;
      const tried = tries.get(key) ?? 0;
      tries.set(key, tried + 1);
      return tried < times ? fault : undefined;
    };
  };
  const slowDown = { kind: 'answer', status: 503, text: '<Error><Code>SlowDown</Code></Error>' } as const;

  describe.each<[string, Fault]>([
    ['answers 503', slowDown],
    [
      'answers 500 with a page of HTML',
      { kind: 'answer', status: 500, text: '<!DOCTYPE html><html></html>' },
    ],
    ['answers 429', { kind: 'answer', status: 429 }],
    [
      'answers 400 RequestTimeout',
      { kind: 'answer', status: 400, text: '<Error><Code>RequestTimeout</Code></Error>' },
    ],
    ['breaks the connection', { kind: 'reset', after: 1000 }],
    ['loses the answer', { kind: 'lose' }],
    ['cuts the answer short', { kind: 'truncate', after: 20 }],
  ])('what twice %s', (_, fault) => {
    it('is asked again, and everything is as if nothing had been', async () => {
      proxy.reset(each(fault, 2));
      await blobs.write('small', bytesSource(small));
      expect(await blobs.create('created', Buffer.from('mine'))).toBe(true);
      expect(await direct.create('created', Buffer.from('other'))).toBe(false);
      expect(await blobs.create('created', Buffer.from('other'))).toBe(false);
      expect([await blobs.size('small'), await blobs.size('nothing')]).toEqual([small.length, undefined]);
      expect((await get(blobs, 'small'))?.equals(small)).toBe(true);
      expect(String(await get(blobs, 'created'))).toBe('mine');
      expect(await listed(blobs)).toEqual(['created', 'small']);
      await blobs.remove('small');
      expect(await listed(direct)).toEqual(['created']);
    });

    it('lets an upload in parts come to its end, each byte told once', async () => {
      proxy.reset(each(fault, 2));
      let told = 0;
      await blobs.write('large', bytesSource(large), { onBytes: (count) => (told += count) });
      expect(told).toBe(large.length);
      expect((await get(direct, 'large'))?.equals(large)).toBe(true);
    });
  });

  it.each<[string, Fault]>([
    ['answers 503', slowDown],
    ['breaks the connection', { kind: 'reset', after: 0 }],
    ['goes silent', { kind: 'silence' }],
  ])('gives up on what always %s, in the words of the port', async (_, fault) => {
    await direct.write('small', bytesSource(small));
    const patience = { firstDelay: 1, idle: 100, retries: 2 };
    const impatient = await openS3Blobs(addressOf({ ...server, endpoint }, 'x'), { patience });
    proxy.reset(() => fault);
    const unavailable = code('ERR_ML_REMOTE_UNAVAILABLE');
    await expect(impatient.size('a')).rejects.toEqual(unavailable);
    await expect(impatient.read('a')).rejects.toEqual(unavailable);
    await expect(impatient.write('a', bytesSource(small))).rejects.toEqual(unavailable);
    await expect(impatient.create('a', small.subarray(0, 10))).rejects.toEqual(unavailable);
    await expect(impatient.remove('a')).rejects.toEqual(unavailable);
    await expect(listed(impatient)).rejects.toEqual(unavailable);
    expect(proxy.seen).toHaveLength(6 * 3);
  });

  it('gives up a connection on which nothing moves any more, and asks again', async () => {
    const patience = { firstDelay: 1, idle: 1000 };
    const attentive = await openS3Blobs(addressOf({ ...server, endpoint }, randomUUID()), { patience });
    const silent: FaultPlan = (_, nth) => (nth === 0 ? { kind: 'silence' } : undefined);
    proxy.reset(silent);
    await attentive.write('small', bytesSource(small));
    proxy.reset(silent);
    expect(await attentive.size('small')).toBe(small.length);
    proxy.reset((_, nth) => (nth === 1 ? { kind: 'stall', after: 1_000_000 } : undefined));
    expect((await get(attentive, 'small'))?.equals(small)).toBe(true);
    proxy.reset(({ url }, nth) => (url.includes('partNumber') && nth < 4 ? { kind: 'silence' } : undefined));
    await attentive.write('large', bytesSource(large));
    expect(await attentive.size('large')).toBe(large.length);
  });

  it('sends again what was damaged on the way up', async () => {
    for (const at of [0, 1_000_000, small.length - 1]) {
      proxy.reset((_, nth) => (nth === 0 ? { kind: 'flip', at } : undefined));
      await blobs.write(`small-${String(at)}`, bytesSource(small));
      expect(proxy.seen).toHaveLength(2);
      expect((await get(direct, `small-${String(at)}`))?.equals(small)).toBe(true);
    }
  });

  it('sends a damaged part again, and no other', async () => {
    let isDone = false;
    proxy.reset(({ url }) => {
      if (isDone || !url.includes('partNumber=3')) return undefined;
      isDone = true;
      return { kind: 'flip', at: 5_000_000 };
    });
    await blobs.write('large', bytesSource(large));
    expect(proxy.seen.filter(({ method }) => method === 'PUT')).toHaveLength(6);
    expect((await get(direct, 'large'))?.equals(large)).toBe(true);
  });

  it('refuses a source whose bytes are not those that the name of the blob tells', async () => {
    const patience = { firstDelay: 1, retries: 1 };
    const blobs = await openS3Blobs(addressOf(server, 'wrong'), { patience });
    const name = `objects/sha256/00/${'0'.repeat(62)}`;
    await expect(blobs.write(name, bytesSource(small))).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_REFUSED',
      message: expect.stringContaining('XAmzContentSHA256Mismatch') as string,
    });
    expect(await blobs.size(name)).toBeUndefined();
  });

  it('goes on with a download from where it broke, as often as it breaks', async () => {
    await direct.write('large', bytesSource(large));
    proxy.reset((_, nth) => (nth > 0 && nth < 30 ? { kind: 'truncate', after: 1_234_567 } : undefined));
    let told = 0;
    const stream = await blobs.read('large', undefined, { onBytes: (count) => (told += count) });
    const bytes = stream === undefined ? undefined : await collect(stream, large.length);
    expect(bytes?.equals(large)).toBe(true);
    expect(told).toBe(large.length);
    expect(proxy.seen).toHaveLength(31);
  });

  it('never mixes two versions of a blob in one download', async () => {
    await direct.write('blob', bytesSource(small));
    proxy.reset((_, nth) => (nth > 0 ? { kind: 'truncate', after: 500_000 } : undefined));
    const stream = await blobs.read('blob');
    const reading = async (): Promise<void> => {
      let count = 0;
      for await (const part of stream ?? []) {
        count += part.length;
        // What came is of the old version, which is replaced by one of its size.
        if (count === part.length) await direct.write('blob', bytesSource(randomBytes(small.length)));
      }
    };
    await expect(reading()).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_UNAVAILABLE',
      message: expect.stringContaining('was replaced or removed while it was read') as string,
    });
  });

  it('has one winner of 8 creators even when every other answer is lost', async () => {
    proxy.reset((_, nth) => (nth % 2 === 0 ? { kind: 'lose' } : undefined));
    for (let round = 0; round < 4; round += 1) {
      const name = `journals/a/${String(round)}`;
      const tries = Array.from({ length: 8 }, (_, who) =>
        blobs.create(name, Buffer.from(`same ${String(who % 2)}`)),
      );
      expect((await Promise.all(tries)).filter((isMine) => isMine)).toHaveLength(1);
    }
  });

  it('does not trust a server that replaces what was only to be created', async () => {
    proxy.reset(({ method }) => (method === 'PUT' ? { kind: 'answer', status: 200 } : undefined));
    await expect(blobs.create('journals/a/0', Buffer.from('x'))).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_REFUSED',
      message: expect.stringContaining('If-None-Match') as string,
    });
    // Nothing but the probe was written.
    expect(proxy.seen.map(({ url }) => url.endsWith('/probes/IF-NONE-MATCH'))).toEqual([true, true]);
  });

  it('stops at the signal while it waits for the next try, and while nothing moves', async () => {
    for (const fault of [slowDown, { kind: 'silence' }] as const) {
      proxy.reset(() => fault);
      const patience = { firstDelay: 60_000, idle: 60_000 };
      const patient = await openS3Blobs(addressOf({ ...server, endpoint }, 'x'), { patience });
      const stop = new AbortController();
      const writing = patient.write('a', bytesSource(small), { signal: stop.signal });
      const reading = patient.read('a', undefined, { signal: stop.signal });
      setTimeout(() => {
        stop.abort();
      }, 100);
      await expect(writing).rejects.toEqual(code('ERR_ML_CANCELLED'));
      await expect(reading).rejects.toEqual(code('ERR_ML_CANCELLED'));
    }
  });
});

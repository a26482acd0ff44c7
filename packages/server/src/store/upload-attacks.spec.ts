import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { digestOf } from '@nx-ml/core/kernel';
import { bytesSource, objectBlob } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

import { openStoreRig } from './testing/store-rig.js';
import type { StoreRig } from './testing/store-rig.js';
import { filesBelow, namesOf, textOf } from './testing/what-is-there.js';

const bytes = Buffer.from('a model that was reviewed');
const path = (name: string): string => `/v1/store/blobs/${name}`;

describe('against a store that is served', () => {
  let rig: StoreRig;
  let pr: Blobs;
  beforeEach(async () => {
    rig = await openStoreRig({ pace: { every: 300, least: 1000 } });
    pr = rig.client('pr-7', { retries: 1 });
  });
  afterEach(() => rig.close());

  it('an upload of more, or of less, than was announced is none', async () => {
    const name = objectBlob(digestOf(randomBytes(10)));
    const put = async (headers: Record<string, string>, body: string | Buffer): Promise<number> =>
      (await rig.server.ask('PUT', path(name), { token: 'pr-7', headers, body })).status;
    expect(await put({ 'content-range': 'bytes 0-9/5' }, Buffer.alloc(10))).toBe(400);
    expect(await put({ 'content-range': 'bytes 0-4/5' }, Buffer.alloc(10))).toBe(400);
    expect(await put({ 'content-range': 'bytes 5-9/3000000' }, Buffer.alloc(5))).toBe(409);
    expect(await put({ 'content-range': 'bytes */5' }, Buffer.alloc(5))).toBe(400);
    expect(await put({ 'transfer-encoding': 'chunked', 'content-length': '' }, 'x')).not.toBe(201);
    expect(await namesOf(pr)).toEqual([]);
    // What follows an upload on its connection is another request, and no more of it.
    const answer = await raw(rig, [
      `PUT ${path('packs/a.pack')} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pr-7\r\ncontent-length: 3\r\n\r\n`,
      'abcdef\r\n\r\n',
    ]);
    expect(answer).toMatch(/HTTP\/1.1 400/);
    expect([undefined, 'abc']).toContain(await textOf(pr, 'packs/a.pack'));
  });

  it('an upload that hardly moves is given up, and what came of it is kept for its end', async () => {
    const whole = randomBytes(3 * 2 ** 20);
    const name = objectBlob(digestOf(whole));
    const head = `PUT ${path(name)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pr-7\r\ncontent-length: ${String(whole.length)}\r\n\r\n`;
    await raw(rig, [head, whole.subarray(0, 2 ** 21)]);
    expect(await pr.size(name)).toBeUndefined();
    const [file] = filesBelow(rig.uploads);
    expect(fs.statSync(join(rig.uploads, String(file))).size).toBeGreaterThan(2 ** 20);
    let told = 0;
    await pr.write(name, bytesSource(whole), { onBytes: (count) => (told += count) });
    expect([told, await pr.size(name)]).toEqual([whole.length, whole.length]);
    expect(filesBelow(rig.uploads)).toEqual([]);
  });
});

describe('of the room that uploads take', () => {
  it('a scope has no more than its own, and the oldest leftovers go first', async () => {
    const limits = { uploads: { bytesOfScope: 10 * 2 ** 20, expiry: 3_600_000 } };
    const rig = await openStoreRig({ limits });
    const begin = async (scope: string, size: number): Promise<number> => {
      const name = objectBlob(digestOf(`${scope} ${String(size)}`));
      const headers = { 'content-range': `bytes 0-4194303/${String(size)}` };
      const body = Buffer.alloc(4 * 2 ** 20);
      return (await rig.server.ask('PUT', path(name), { token: scope, headers, body })).status;
    };
    expect(await begin('pr-7', 11 * 2 ** 20)).toBe(507);
    for (const size of [6, 5, 7]) expect(await begin('pr-7', size * 2 ** 20)).toBe(202);
    expect(filesBelow(rig.uploads)).toHaveLength(1);
    expect(await begin('pr-8', 6 * 2 ** 20)).toBe(202);
    expect(filesBelow(rig.uploads)).toHaveLength(2);
    for (const file of filesBelow(rig.uploads)) fs.utimesSync(join(rig.uploads, file), 1, 1);
    await rig.server.restart();
    await until(() => filesBelow(rig.uploads).length === 0);
    await rig.close();
  });

  it('a full disk is 507, keeps nothing, and is told as such', async () => {
    const full = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC', syscall: 'write' });
    const rig = await openStoreRig({
      over: (blobs) =>
        new Proxy(blobs, {
          get: (target, key: keyof typeof blobs) => {
            if (key === 'write') return () => Promise.reject(storageFull(full));
            const value: unknown = target[key];
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        }),
    });
    await expect(
      rig.client('pr-7', { retries: 0 }).write('packs/a', bytesSource(bytes)),
    ).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_UNAVAILABLE',
      message: expect.stringContaining('no room') as string,
    });
    await rig.close();
  });
});

function storageFull(cause: Error): Error {
  return Object.assign(new Error('full'), { name: 'MlError', code: 'ERR_ML_REMOTE_UNAVAILABLE', cause });
}

/** Sends that, and no more, to the end of the connection or for a while. @returns all that was answered */
function raw(rig: StoreRig, parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(rig.server.port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (data) => (text += String(data))).on('error', () => undefined);
    socket.on('close', () => {
      resolve(text);
    });
  });
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 10));
}

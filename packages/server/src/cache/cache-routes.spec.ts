import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { openSeal, parsePublicKey, parseScope } from '@nx-ml/core/cache';
import type { TaskHash } from '@nx-ml/core/cache';

import { openServerRig } from '../testing/server-rig.js';
import type { ServerRig } from '../testing/server-rig.js';

const mb = 2 ** 20;
let rig: ServerRig;
beforeEach(async () => {
  rig = await openServerRig({ limits: { maxEntry: 40 * mb } });
});
afterEach(() => rig.close());

const staged = (): string[] => {
  const folder = join(rig.storage, 'tmp');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('PUT and GET', () => {
  it.each([0, 1, 1000, 128 * 1024, 128 * 1024 + 1, 3 * mb + 7, 20 * mb])(
    'give back %d bytes as they came, with a seal that says so',
    async (size) => {
      const body = randomBytes(size);
      expect(await rig.put('protected', '123', body)).toBe(200);
      for (const round of [1, 2]) {
        const { status, headers, body: got } = await rig.get('protected', '123');
        expect([round, status, got.equals(body)]).toEqual([round, 200, true]);
        expect(headers).toMatchObject({
          'content-length': String(size),
          'content-type': 'application/octet-stream',
        });
        const { keys } = JSON.parse(String((await rig.ask('GET', '/v1/keys')).body)) as { keys: string[] };
        const seal = openSeal(String(headers['x-nx-ml-seal']), {
          keys: keys.map(parsePublicKey),
          hash: '123' as TaskHash,
          reader: parseScope('protected'),
        });
        const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
        expect(seal).toMatchObject({ digest, size, scope: 'protected', at: '2026-11-27T12:00:00.000Z' });
      }
      expect(staged()).toEqual([]);
    },
  );

  it('answers 404 for what is not there', async () => {
    expect((await rig.get('protected', 'nothing')).status).toBe(404);
  });

  it('keeps what it has when it is started anew', async () => {
    await rig.put('protected', 'Ab-_', 'one');
    await rig.restart();
    expect(String((await rig.get('pr-7', 'Ab-_')).body)).toBe('one');
    expect((await rig.get('protected', 'ab-_')).status).toBe(404);
  });

  it.each([
    ['no token', 'GET', undefined, 401],
    ['no token', 'PUT', undefined, 401],
    ['a wrong one', 'GET', '!', 401],
    ['one that may only read', 'PUT', 'protected:read', 403],
  ])('refuses %s for %s', async (_, method, token, status) => {
    const options = { ...(token === undefined ? {} : { token }), ...(method === 'PUT' ? { body: 'x' } : {}) };
    const answer = await rig.ask(method, '/v1/cache/1', options);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/plain; charset=utf-8']);
    expect((await rig.get('protected', '1')).status).toBe(404);
  });

  it.each(['..', '%2e%2e', 'a%2fb', '..%2f..%2fetc%2fpasswd', 'a%00', 'x'.repeat(129), '%ff', 'ü', 'a.b'])(
    'takes %j for no hash, and writes nothing',
    async (hash) => {
      const path = `/v1/cache/${encodeURI(hash).replaceAll('%25', '%')}`;
      const wrote = await rig.ask('PUT', path, { token: 'protected', body: 'x' });
      const read = await rig.ask('GET', path, { token: 'protected' });
      expect([400, 404]).toContain(wrote.status);
      expect([400, 404]).toContain(read.status);
      expect(readdirSync(rig.storage)).toEqual([]);
    },
  );

  it('wants to know how much comes', async () => {
    const chunked = { token: 'protected', headers: { 'transfer-encoding': 'chunked' } };
    const answer = await rig.ask('PUT', '/v1/cache/1', chunked);
    expect(answer.status).toBe(411);
  });

  it('refuses what is larger than it takes', async () => {
    expect(await rig.put('protected', '1', Buffer.alloc(40 * mb + 1))).toBe(413);
    expect((await rig.get('protected', '1')).status).toBe(404);
  });
});

describe('An upload that is refused', () => {
  it.each([
    ['taken', 'protected', 409],
    ['forbidden', 'protected:read', 403],
    ['unknown', '!', 401],
  ])('is received to its end when it is %s, so that the answer arrives', async (_, token, status) => {
    await rig.put('protected', '1', 'first');
    expect(await rig.put(token, '1', randomBytes(30 * mb))).toBe(status);
    expect(String((await rig.get('protected', '1')).body)).toBe('first');
  });
});

describe('A connection that breaks', () => {
  const upload = (sent: number, size: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(rig.port, '127.0.0.1');
      socket.on('error', reject).on('close', () => {
        resolve();
      });
      const head = `PUT /v1/cache/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer protected\r\ncontent-length: ${String(size)}\r\n\r\n`;
      socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(sent, 1)]), () => {
        setTimeout(() => socket.destroy(), 100);
      });
    });

  it.each([
    [0, 10],
    [9, 10],
    [mb, 20 * mb],
    [19 * mb, 20 * mb],
  ])('after %d of %d bytes leaves no entry', async (sent, size) => {
    await upload(sent, size);
    while (staged().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await rig.get('protected', '1')).status).toBe(404);
    expect(await rig.put('protected', '1', 'whole')).toBe(200);
  });

  it('of a reader leaves the server as it was', async () => {
    await rig.put('protected', '1', randomBytes(20 * mb));
    for (let round = 0; round < 5; round += 1)
      await new Promise<void>((resolve) => {
        const socket = connect(rig.port, '127.0.0.1');
        socket.write('GET /v1/cache/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer protected\r\n\r\n');
        socket
          .once('data', () => socket.destroy())
          .on('close', () => {
            resolve();
          });
      });
    expect((await rig.get('protected', '1')).body).toHaveLength(20 * mb);
  });
});

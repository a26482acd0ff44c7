import { IncomingMessage, ServerResponse } from 'node:http';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { join } from 'node:path';

import fc from 'fast-check';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { MlError } from '@nx-ml/core/kernel';

import { openServerRig } from '../testing/server-rig.js';
import { accessLine, gathered } from './access-log.js';
import type { ServerRig } from '../testing/server-rig.js';

let rig: ServerRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const lines: string[] = [];
const records = (): Record<string, unknown>[] =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
};
beforeEach(() => {
  lines.length = 0;
});

describe('The access log', () => {
  const open = async (): Promise<ServerRig> =>
    (rig = await openServerRig({ accessLog: (line) => lines.push(line) }));

  it('has a line a request, with who asked and no token', async () => {
    const server = await open();
    await server.put('pr-7', '111', 'hello');
    await server.get('pr-7', '111');
    await server.get('wrong!', '111');
    await server.ask('GET', '/v1/cache/1?token=nxml_secret', { token: 'pr-7' });
    await until(() => lines.length === 4);
    expect(records()).toMatchObject([
      { method: 'PUT', path: '/v1/cache/111', status: 200, in: 5, scope: 'pr-7', subject: 'test pr-7' },
      { method: 'GET', status: 200, out: 5 },
      { method: 'GET', status: 401 },
      { path: '/v1/cache/1', status: 404 },
    ]);
    expect(lines.join('')).not.toMatch(/bearer|nxml_|wrong!/i);
    for (const line of lines) expect(line).toMatch(/^\{.*\}\n$/);
  });

  it.each([
    '/v1/cache/nxml_154d66974ae7_P5HkoWBQnkA40N5rJRTuMTLfawuRLHEkwQVEnZjYfmY',
    '/nxml_154d66974ae7_P5HkoWBQnkA40N5rJRTuMTLfawuRLHEkwQVEnZjYfmY/x',
    '/nxml%5f154d66974ae7%5fP5HkoWBQnkA40N5rJRTuMTLfawuRLHEkwQVEnZjYfmY',
    '/nxmls_eyJncmFudCI6MX0.P5HkoWBQnkA40N5rJRTuMTLfawuRLHEkwQVEnZjYfmY',
    '/v1/store/blobs/eyJhbGciOiJSUzI1NiJ9.P5HkoWBQnkA40N5rJRTu.MTLfawuRLHEkwQVEnZjYfmY',
  ])('keeps no token that somebody put into a path: %s', async (path) => {
    const server = await open();
    await server.ask('GET', path, { token: 'pr-7' });
    await until(() => lines.length > 0);
    expect(lines[0]).toContain('(a token)');
    expect(lines[0]).not.toMatch(/P5HkoWBQ|MTLfaw|154d66974ae7|eyJ/);
  });

  it('tells a line break in a path as what it is: one line', async () => {
    const server = await open();
    await server.ask('GET', '/%0a%7b%22status%22:200%7d');
    await until(() => lines.length > 0);
    expect(records()).toHaveLength(1);
  });

  it('tells a client that went away', async () => {
    const server = await open();
    const socket = connect(server.port, '127.0.0.1');
    const head =
      'PUT /v1/cache/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pr-7\r\ncontent-length: 9\r\nexpect: 100-continue';
    // Only a request that the server has begun with can be broken off.
    socket.once('data', () => socket.destroy());
    socket.write(`${head}\r\n\r\nabc`);
    await until(() => lines.length > 0);
    expect(records()[0]).toMatchObject({ method: 'PUT', status: 0, aborted: true });
  });

  it('tells what the client is not told', async () => {
    class Full extends FolderBlobs {
      override createFrom(): Promise<boolean> {
        const cause = Object.assign(new Error('no space left'), { code: 'ENOSPC', syscall: 'write' });
        const details = { message: '/secret/place is full', fix: 'Free some.', cause };
        return Promise.reject(new MlError('ERR_ML_REMOTE_UNAVAILABLE', details));
      }
    }
    const server = (rig = await openServerRig({
      accessLog: (line) => lines.push(line),
      openBlobs: (folder) => new Full(folder),
    }));
    const answer = await server.ask('PUT', '/v1/cache/1', { token: 'pr-7', body: Buffer.alloc(3_000_000) });
    expect([answer.status, String(answer.body)]).toEqual([507, expect.not.stringContaining('secret')]);
    await until(() => lines.length > 0);
    expect(records()[0]).toMatchObject({ error: '/secret/place is full', code: 'ERR_ML_REMOTE_UNAVAILABLE' });
  });
});

describe('Lines that are gathered', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('wait for others for 50 ms, and come together and in order', () => {
    const sink = gathered((text) => lines.push(text));
    for (const line of ['a\n', 'b\n']) sink(line);
    jest.advanceTimersByTime(49);
    sink('c\n');
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lines).toEqual(['a\nb\nc\n']);
    sink('d\n');
    jest.advanceTimersByTime(50);
    expect(lines.slice(1)).toEqual(['d\n']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('never wait in large numbers', () => {
    const sink = gathered((text) => lines.push(text));
    const line = `${'x'.repeat(999)}\n`;
    for (let count = 0; count < 100; count += 1) sink(line);
    expect(lines.length).toBeGreaterThan(4);
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThan(18_000);
    jest.advanceTimersByTime(50);
    expect(lines.join('')).toBe(line.repeat(100));
  });
});

it('a line tells the time as toISOString does', () => {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const asked = { request, response, route: '/', ip: '', access: null, out: 0 };
  const time = fc.integer({ min: 0, max: 4e12 });
  fc.assert(
    fc.property(time, fc.integer({ min: 0, max: 2000 }), (start, step) => {
      for (const now of [start, start + step, start])
        expect(JSON.parse(accessLine(asked, { now, took: 1 }))).toMatchObject({
          time: new Date(now).toISOString(),
        });
    }),
  );
});

describe('Health and metrics', () => {
  it('are there for anybody, and follow the storage', async () => {
    rig = await openServerRig();
    const status = async (path: string): Promise<number> => (await rig?.ask('GET', path))?.status ?? 0;
    expect([await status('/health/live'), await status('/health/ready')]).toEqual([200, 200]);
    rmSync(rig.storage, { recursive: true });
    expect([await status('/health/live'), await status('/health/ready')]).toEqual([200, 503]);
  });

  it('count hits, misses, bytes, and what is stored', async () => {
    rig = await openServerRig();
    await rig.put('pr-7', 'a-task', 'hello');
    await rig.get('pr-7', 'a-task');
    await rig.get('pr-7', 'b-task');
    const text = String((await rig.ask('GET', '/metrics')).body);
    for (const line of [
      'nx_ml_cache_reads_total{scope="pr",result="hit"} 1',
      'nx_ml_cache_reads_total{scope="pr",result="miss"} 1',
      'nx_ml_cache_bytes_total{direction="in"} 5',
      'nx_ml_cache_entries 1',
      'nx_ml_cache_entry_bytes 1029',
    ])
      expect(text).toContain(`${line}\n`);
    expect(text).toContain('route="/v1/cache/:hash"');
    expect(text).not.toContain('a-task');
  });

  it('are not told by a silent server', async () => {
    rig = await openServerRig({ isSilent: true });
    expect([(await rig.ask('GET', '/metrics')).status, (await rig.ask('GET', '/')).status]).toEqual([
      404, 404,
    ]);
  });
});

describe('The status page', () => {
  it('shows sizes and what was stored, runs nothing, and holds no whole hash', async () => {
    rig = await openServerRig({ quotas: { total: 1e9, scope: undefined } });
    await rig.put('user-ada', '1234567890123', 'hello');
    await rig.get('user-ada', '1234567890123');
    const { body, headers } = await rig.ask('GET', '/');
    const page = String(body);
    expect(page).toContain('1 of 1');
    expect(page).toContain('<td>user-ada</td>');
    expect(page).toContain('12345678…');
    expect(page).not.toMatch(/1234567890123|<script|style=|http:/);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect((await rig.ask('GET', '/status.css')).headers['content-type']).toContain('text/css');
  });
});

describe('Quotas', () => {
  const kept = (server: ServerRig, scope: string): string[] => {
    try {
      return readdirSync(join(server.storage, 'cache', scope), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.includes('/'))
        .map((name) => name.split('/')[1] ?? '')
        .sort();
    } catch {
      return [];
    }
  };

  it('are kept by removing what was unused for the longest, across a restart', async () => {
    let now = Date.parse('2026-11-27T12:00:00Z');
    const server = (rig = await openServerRig({
      quotas: { total: undefined, scope: 3 * 3000 },
      clock: { now: () => (now += 7_200_000), monotonic: () => 0 },
    }));
    for (const hash of ['aa1', 'bb2', 'cc3']) await server.put('pr-7', hash, Buffer.alloc(1500));
    await server.get('pr-7', 'aa1');
    await server.restart();
    await server.put('pr-7', 'dd4', Buffer.alloc(1500));
    await until(() => kept(server, 'pr-7').length === 3);
    expect(kept(server, 'pr-7')).toEqual(['aa1', 'cc3', 'dd4']);
    expect((await server.get('pr-7', 'bb2')).status).toBe(404);
  });

  it('refuse what could never have room', async () => {
    rig = await openServerRig({ quotas: { total: 10_000, scope: 5000 } });
    expect(await rig.put('pr-7', '1', Buffer.alloc(4500))).toBe(507);
    expect(await rig.put('protected', '1', Buffer.alloc(4500))).toBe(200);
    expect(await rig.put('protected', '2', Buffer.alloc(9000))).toBe(507);
  });

  it('remember uses for us alone', async () => {
    const server = (rig = await openServerRig());
    await server.put('pr-7', '111', 'x');
    await server.restart();
    const file = join(`${server.storage}-state`, 'usage/uses.log');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9]{13} cache\/pr-7\/11\/111\n$/);
  });
});

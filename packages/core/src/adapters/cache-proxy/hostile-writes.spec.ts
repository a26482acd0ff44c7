import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { mintedCredentials } from '../server-session/index.js';
import { openFile } from './files/spool.js';
import type { OpenFile } from './files/spool.js';
import { honestBody } from './testing/nx-entry.js';
import { ProxyRig, shortPatience } from './testing/proxy-rig.js';
import type { RigOptions } from './testing/proxy-rig.js';
import { ScriptedUpstream, whole } from './testing/scripted-upstream.js';
import type { Script, ScriptedOptions } from './testing/scripted-upstream.js';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const upstreamOf = async (options: ScriptedOptions): Promise<ScriptedUpstream> => {
  const upstream = await ScriptedUpstream.start(options);
  disposals.push(() => upstream.stop());
  return upstream;
};

const rigBefore = async (upstream: ScriptedUpstream | URL, options: RigOptions = {}): Promise<ProxyRig> => {
  const rig = await ProxyRig.start(upstream instanceof URL ? upstream : upstream.address, options);
  disposals.push(() => rig.dispose());
  return rig;
};

/** Answers when all of the body has come. */
const afterBody =
  (answer: Buffer | (() => Buffer), took: (bytes: Buffer) => void = () => undefined): Script =>
  ({ socket, body }) => {
    void body.then((bytes) => {
      took(bytes);
      socket.write(typeof answer === 'function' ? answer() : answer);
    });
  };

const body = Uint8Array.from(honestBody);
const large = new Uint8Array(900_000).fill(7);

it('sends what Nx gave, byte for byte, and forgets it', async () => {
  const taken: Buffer[] = [];
  const upstream = await upstreamOf({ script: afterBody(whole('200 OK'), (bytes) => taken.push(bytes)) });
  const rig = await rigBefore(upstream);
  for (let at = 0; at < 20; at += 1) expect((await rig.put(body, String(at))).status).toBe(200);
  expect((await rig.finish(20_000)).writes).toMatchObject({ sent: 20, bytes: 20 * body.length });
  expect(taken.every((bytes) => bytes.equals(honestBody))).toBe(true);
  expect(rig.waiting()).toEqual([]);
});

type Case = readonly [
  name: string,
  fate: 'taken' | 'dropped' | 'kept',
  told: RegExp,
  options: ScriptedOptions | Script,
];

it.each<Case>([
  ['409: another was first', 'taken', /^$/, afterBody(whole('409 Conflict'))],
  ['403: a token that may only read', 'dropped', /may not write/, afterBody(whole('403 Forbidden'))],
  ['413: too large', 'dropped', /of this size/, afterBody(whole('413 Too Large'))],
  ['413 amidst the body', 'dropped', /of this size/, ({ socket }) => socket.write(whole('413 Too Large'))],
  ['400', 'dropped', /does not take the entry/, afterBody(whole('400 Bad'))],
  ['401: a token that was revoked', 'kept', /does not take the token/, afterBody(whole('401 No'))],
  [
    '302: leads elsewhere',
    'kept',
    /leads elsewhere/,
    afterBody(whole('302 Found', '', { location: 'http://127.0.0.1:1/' })),
  ],
  ['404: no cache server', 'kept', /no cache server/, afterBody(whole('404 Not Found'))],
  ['500', 'kept', /answers 500/, afterBody(whole('500 Oh'))],
  ['507: full', 'kept', /answers 507/, afterBody(whole('507 Full'))],
  ['a reset before the body', 'kept', /breaks connections off/, ({ socket }) => socket.resetAndDestroy()],
  [
    'a reset after the body',
    'kept',
    /breaks connections off/,
    ({ socket, body: all }) => void all.then(() => socket.resetAndDestroy()),
  ],
  [
    'a reset when one connects',
    'kept',
    /breaks connections off/,
    { script: () => undefined, onConnection: (socket) => socket.resetAndDestroy() },
  ],
  ['no answer', 'kept', /gives no answer/, () => undefined],
  ['nobody reads the body', 'kept', /gives no answer/, ({ socket }) => socket.pause()],
  [
    '100-continue without an end',
    'kept',
    /gives no answer/,
    ({ socket }) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 20);
      socket.on('close', () => {
        clearInterval(timer);
      });
    },
  ],
  ['no HTTP', 'kept', /not speak HTTP/, ({ socket }) => socket.end('no\r\n\r\n')],
])('%s: Nx gets its 200, the entry is %s', async (name, fate, told, options) => {
  const upstream = await upstreamOf(typeof options === 'function' ? { script: options } : options);
  const isSilent = told.test('it gives no answer');
  const rig = await rigBefore(upstream, isSilent ? { patience: shortPatience } : {});
  expect((await rig.put(name.startsWith('nobody') ? large : body)).status).toBe(200);
  const { writes, troubles } = await rig.finish(10_000);
  expect(writes).toEqual({ sent: 0, taken: 0, kept: 0, dropped: 0, bytes: 0, [fate]: 1 });
  expect(troubles.map(({ why }) => why).join()).toMatch(told);
  expect(rig.waiting()).toHaveLength(fate === 'kept' ? 1 : 0);
});

it('sends at its next start what it could not send, if it is the same token and server', async () => {
  const upstream = await upstreamOf({ script: ({ socket }) => socket.resetAndDestroy() });
  const first = await rigBefore(upstream);
  await first.put(body);
  expect((await first.finish()).writes.kept).toBe(1);
  const { folder: queueFolder } = first;

  // A job of the protected branch on the same machine sends nothing that another job left there.
  upstream.become(afterBody(whole('200 OK')));
  const asked = upstream.requests.length;
  const other = await rigBefore(upstream, {
    queueFolder,
    credentials: mintedCredentials('of another scope'),
  });
  expect((await other.finish()).writes.sent).toBe(0);
  expect(upstream.requests).toHaveLength(asked);

  const second = await rigBefore(upstream, { queueFolder });
  expect((await second.finish(20_000)).writes.sent).toBe(1);
  expect(second.waiting()).toEqual([]);
});

it('sends no entry whose bytes changed on disk', async () => {
  const upstream = await upstreamOf({ script: ({ socket }) => socket.resetAndDestroy() });
  const first = await rigBefore(upstream);
  await first.put(body);
  await first.finish();
  const path = join(first.folder, first.waiting()[0] ?? '');
  const bytes = readFileSync(path);
  bytes[50] = (bytes[50] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const asked = upstream.requests.length;
  const second = await rigBefore(upstream, { queueFolder: first.folder });
  expect(await second.finish()).toMatchObject({
    writes: { dropped: 1 },
    troubles: [{ why: 'an entry in the queue was damaged', times: 1 }],
  });
  expect(upstream.requests).toHaveLength(asked);
});

it('keeps nothing that nobody could send: without a lasting token it is dropped and told', async () => {
  const upstream = await upstreamOf({ script: ({ socket }) => socket.resetAndDestroy() });
  const credentials = { ...mintedCredentials('for an hour'), lasting: undefined };
  const rig = await rigBefore(upstream, { credentials });
  await rig.put(body);
  expect((await rig.finish()).writes).toMatchObject({ kept: 0, dropped: 1 });
  expect(rig.waiting()).toEqual([]);
});

it('sends again when a server that was restarted amidst an upload is back', async () => {
  let attempts = 0;
  const upstream = await upstreamOf({
    script: (exchange) => {
      attempts += 1;
      if (attempts === 1) exchange.socket.resetAndDestroy();
      else afterBody(whole('200 OK'))(exchange);
    },
  });
  const rig = await rigBefore(upstream);
  await rig.put(large);
  while (upstream.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  expect((await rig.finish(20_000)).writes.sent).toBe(1);
});

it('stops sending when it is told to, and keeps the rest', async () => {
  const upstream = await upstreamOf({ script: () => undefined });
  const rig = await rigBefore(upstream);
  for (let at = 0; at < 9; at += 1) await rig.put(body, String(at));
  const stop = new AbortController();
  const finished = rig.finish(60_000, stop.signal);
  stop.abort();
  expect((await finished).writes.kept).toBe(9);
  expect(rig.waiting()).toHaveLength(9);
});

describe('a machine that cannot keep entries', () => {
  const accepting = { script: afterBody(whole('200 OK')) };

  /** A disk that is full after so many bytes. */
  const fullAfter =
    (bytes: number): OpenFile =>
    async (...args) => {
      const handle = await openFile(...args);
      let left = bytes;
      const write = (buffer: Uint8Array, at: number): Promise<unknown> => {
        left -= buffer.length - at;
        if (left < 0) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
        return handle.write(buffer, at);
      };
      return new Proxy(handle, {
        get: (target, key) => {
          if (key === 'write') return write;
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    };

  it('has a full disk: Nx gets its 200, and it is told', async () => {
    const rig = await rigBefore(await upstreamOf(accepting), { opening: fullAfter(300_000) });
    expect((await rig.put(large)).status).toBe(200);
    expect(await rig.finish()).toMatchObject({
      writes: { dropped: 1 },
      troubles: [{ why: 'the disk here is full (ENOSPC)' }],
    });
    expect(rig.waiting()).toEqual([]);
  });

  it('has a full queue', async () => {
    const rig = await rigBefore(await upstreamOf({ script: () => undefined }), { maxQueue: 1_000_000 });
    expect((await rig.put(large, '1')).status).toBe(200);
    expect((await rig.put(large, '2')).status).toBe(200);
    const { writes, troubles } = await rig.finish(0);
    expect(writes).toMatchObject({ kept: 1, dropped: 1 });
    expect(troubles).toContainEqual({ why: 'the queue is full', times: 1 });
  });

  it('gets an entry that is too large', async () => {
    const rig = await rigBefore(await upstreamOf(accepting), { maxEntry: 1000 });
    expect((await rig.put(large)).status).toBe(200);
    expect((await rig.finish()).troubles).toEqual([
      { why: 'it is larger than --max-entry allows', times: 1 },
    ]);
  });

  it('loses its folder meanwhile', async () => {
    const rig = await rigBefore(await upstreamOf(accepting));
    chmodSync(rig.folder, 0o700);

    rmSync(rig.folder, { recursive: true });
    expect((await rig.put(body)).status).toBe(200);
    expect((await rig.get()).status).toBe(404);
    expect((await rig.finish()).troubles[0]?.why).toMatch(/queue folder cannot be used/);
  });

  it('has a folder that others may write: it is refused', async () => {
    const queueFolder = mkdtempSync(join(tmpdir(), 'nx-ml-proxy-'));
    chmodSync(queueFolder, 0o777);
    const upstream = await upstreamOf(accepting);
    await expect(ProxyRig.start(upstream.address, { queueFolder })).rejects.toMatchObject({
      code: 'ERR_ML_FILE_INACCESSIBLE',
    });

    rmdirSync(queueFolder);
  });

  it('makes its folder for itself alone, and files that nobody else reads', async () => {
    const rig = await rigBefore(await upstreamOf({ script: () => undefined }));
    await rig.put(body);
    expect(statSync(rig.folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(rig.folder))
      expect(statSync(join(rig.folder, name)).mode & 0o777).toBe(0o600);
  });
});

it('takes half an entry for none', async () => {
  const rig = await rigBefore(await upstreamOf({ script: afterBody(whole('200 OK')) }));
  const { port } = new URL(rig.proxy.address);
  const headers = { authorization: `Bearer ${rig.proxy.token}`, 'content-length': '1000' };
  const broken = send({ port, host: '127.0.0.1', method: 'PUT', path: '/v1/cache/1', headers });
  broken.on('error', () => undefined);
  await new Promise<void>((resolve) =>
    broken.write('half', () => {
      resolve();
    }),
  );
  broken.destroy();
  while (rig.waiting().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await rig.finish()).writes.sent).toBe(0);
});

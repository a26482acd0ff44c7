import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openHttpBlobs } from '@nx-ml/core/adapters/remote-http';
import { mintedCredentials } from '@nx-ml/core/adapters/server-session';
import { digestOf } from '@nx-ml/core/kernel';
import { bytesSource, collect, objectBlob, RemoteJournal } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

import { killUnderLoad } from './cache-server/kill-under-load.js';
import { describeWithS3, startS3Place } from './cache-server/s3-place.js';
import type { S3Place } from './cache-server/s3-place.js';
import { ServerProcess } from './cache-server/server-process.js';

const megabyte = 2 ** 20;

/** The server as a process of its own over a real bucket: what lies in it outlives every kill, and is tidied as a folder is. */
describeWithS3('The cache server over a bucket', () => {
  let s3: S3Place;
  let folder: string;
  let server: ServerProcess;
  let runs = 0;

  beforeAll(async () => {
    s3 = await startS3Place();
  });
  afterAll(() => s3.stop());
  afterEach(async () => {
    await server.end('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Each has a prefix of its own. */
  function over(...options: string[]): void {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-cache-s3-'));
    runs += 1;
    const storage = s3.address.replace('/served?', `/served-${String(runs)}?`);
    server = new ServerProcess(folder, options, storage);
  }

  async function again(): Promise<void> {
    await server.end('SIGKILL');
    await server.start();
  }

  const storeOf = (token: string): Blobs =>
    openHttpBlobs(
      { kind: 'http', origin: `http://127.0.0.1:${String(server.port)}`, path: '' },
      { credentials: mintedCredentials(token) },
    );
  const read = async (token: string, name: string): Promise<Buffer | undefined> => {
    const stream = await storeOf(token).read(name);
    return stream && collect(stream, 100 * megabyte);
  };
  const entry = async (
    method: 'GET' | 'PUT',
    hash: string,
    token: string,
    body?: Buffer,
  ): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    const url = `http://127.0.0.1:${String(server.port)}/v1/cache/${hash}`;
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    await answer.arrayBuffer();
    return answer.status;
  };

  it('serves nothing partial and forgets nothing that it acknowledged when it is killed', async () => {
    over();
    const { wrong, stored, restarts } = await killUnderLoad(server, 3);
    expect([wrong, stored > 0, restarts.length]).toEqual([[], true, 3]);
    expect(readdirSync(join(folder, 'state/spool'))).toEqual([]);
  });

  it('keeps the store and its journals over a kill, by the scopes of tokens', async () => {
    over();
    await server.start();
    const [main, pull] = [server.token, server.mint('pr-7')];
    const model = randomBytes(20 * megabyte);
    const name = objectBlob(digestOf(model));
    await storeOf(main).write(name, bytesSource(model));
    await new RemoteJournal(storeOf(main)).append('runs/ab/cd', 0, { result: 'reviewed' });
    await new RemoteJournal(storeOf(pull)).append('runs/ab/cd', 1, { result: 'poisoned' });
    await again();
    expect((await read(pull, name))?.equals(model)).toBe(true);
    const last = async (token: string): Promise<unknown> =>
      (await new RemoteJournal(storeOf(token)).last('runs/ab/cd'))?.payload;
    expect([await last(main), await last(pull)]).toEqual([{ result: 'reviewed' }, { result: 'poisoned' }]);
    const races = await Promise.all(
      [1, 2, 3, 4].map((number) => new RemoteJournal(storeOf(main)).append('runs/ab/cd', 1, { number })),
    );
    expect(races.filter(({ appended }) => appended)).toHaveLength(1);
  });

  it('goes on with an upload that a kill broke off', async () => {
    over();
    await server.start();
    const model = randomBytes(60 * megabyte);
    const name = objectBlob(digestOf(model));
    let sent = 0;
    const broken = storeOf(server.token).write(name, bytesSource(model), {
      onBytes: (count) => (sent += count),
    });
    while (sent < 10 * megabyte) await sleep(1);
    await again();
    await broken;
    expect((await read(server.token, name))?.equals(model)).toBe(true);
  });

  it('keeps its quota, protected entries last, also of what was there before it was started', async () => {
    over('--quota', '2MB');
    await server.start();
    const pull = server.mint('pr-7');
    const body = (hash: string): Buffer => Buffer.alloc(300_000, hash);
    expect(await entry('PUT', 'main', server.token, body('main'))).toBe(200);
    const hashes = Array.from({ length: 9 }, (_, index) => `pull-${String(index)}`);
    for (const hash of hashes) expect(await entry('PUT', hash, pull, body(hash))).toBe(200);
    const found = async (): Promise<number> =>
      (await Promise.all(hashes.map((hash) => entry('GET', hash, pull)))).filter((status) => status === 200)
        .length;
    while ((await found()) > 5) await sleep(20);
    await again();
    expect([await found(), await entry('GET', 'main', server.token)]).toEqual([5, 200]);
    expect(await entry('PUT', 'large', server.token, Buffer.alloc(3_000_000))).toBe(507);
  });

  it('is tidied and looked through while it runs', async () => {
    over();
    await server.start();
    const pull = server.mint('pr-7');
    for (const [hash, token] of [
      ['1', server.token],
      ['2', pull],
      ['3', pull],
    ] as const)
      expect(await entry('PUT', hash, token, Buffer.alloc(100_000, hash))).toBe(200);
    await storeOf(pull).write('packs/a.pack', bytesSource(randomBytes(1000)));
    expect(server.run('scrub')).toMatchObject({ entries: 3, wrong: [] });
    expect(server.run('gc', '--scope', 'pr-7', '--dry-run')).toMatchObject({
      isDry: true,
      entries: 2,
      objects: 1,
    });
    expect(server.run('gc', '--scope', 'pr-7')).toMatchObject({ isDry: false, entries: 2, objects: 1 });
    await again();
    expect(await Promise.all([entry('GET', '1', pull), entry('GET', '2', pull)])).toEqual([200, 404]);
    expect(await storeOf(pull).size('packs/a.pack')).toBeUndefined();
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { killUnderLoad } from './cache-server/kill-under-load.js';
import { ask, bodyOf } from './cache-server/load.js';
import { ServerProcess } from './cache-server/server-process.js';

/** The server as a process of its own: what it keeps over kills and stops. */
describe('The cache server', () => {
  let folder: string;
  let server: ServerProcess;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-cache-'));
    server = new ServerProcess(folder);
  });
  afterEach(async () => {
    await server.end('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('serves nothing partial and forgets nothing that it acknowledged when it is killed', async () => {
    const { wrong, stored, interrupted, restarts } = await killUnderLoad(server, 4);
    expect(wrong).toEqual([]);
    expect(stored).toBeGreaterThan(0);
    expect([interrupted > 0, restarts.length]).toEqual([true, 4]);
  });

  it('ends what is under way when it is stopped, and leaves nothing behind', async () => {
    await server.start();
    const large = Array.from({ length: 40 }, (_, index) => `stop-${String(index)}`);
    const asked = large.map((hash) => ask(server, 'PUT', hash).catch(() => undefined));
    await asked[0];
    expect(await server.end('SIGTERM')).toBe(0);
    const stored = (await Promise.all(asked)).flatMap((answer, index) =>
      answer?.status === 200 ? [large[index] ?? ''] : [],
    );
    expect(stored.length).toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'storage/tmp'))).toEqual([]);
    await server.start();
    for (const hash of stored) expect((await ask(server, 'GET', hash)).body.equals(bodyOf(hash))).toBe(true);
  });
});

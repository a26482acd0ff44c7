import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fakeIo } from '../testing/fake-io.js';
import { runServer } from './run-server.js';
import { parseServeOptions } from './serve-options.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-server-'));
  mkdirSync(join(folder, 'storage'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const serve = (listen: string): Promise<number> => {
  const io = fakeIo({ cwd: folder });
  const args = ['--storage', 'storage', '--state', 'state', '--listen', listen, '--behind-proxy'];
  return runServer(parseServeOptions(args, io, 'usage\n'), io);
};

it('tells of a port that another program has', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  try {
    await expect(serve(`127.0.0.1:${String(port)}`)).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringContaining(`127.0.0.1, port ${String(port)}`) as string,
      fix: expect.stringContaining('Another program has it') as string,
    });
  } finally {
    other.close();
  }
});

it('tells of an address that this machine does not have', async () => {
  await expect(serve('203.0.113.7:9310')).rejects.toMatchObject({
    code: 'ERR_ML_USAGE',
    fix: expect.stringContaining('address of this machine') as string,
  });
});

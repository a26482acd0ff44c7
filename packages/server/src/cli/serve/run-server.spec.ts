import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

const hook = require.resolve('../../../../core/src/kernel/testing/typescript-hook.cjs');

function argumentsFor(listen: string): readonly string[] {
  return ['--storage', 'storage', '--state', 'state', '--listen', listen, '--behind-proxy'];
}

function serve(listen: string): Promise<number> {
  const io = fakeIo({ cwd: folder });
  return runServer(parseServeOptions(argumentsFor(listen), io, 'usage\n'), io);
}

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
    // Nothing that was begun keeps the process: else it would stay, and serve nobody.
    const script = `
      const { runServer } = require(${JSON.stringify(require.resolve('./run-server.ts'))});
      const { parseServeOptions } = require(${JSON.stringify(require.resolve('./serve-options.ts'))});
      const io = { write() {}, tell() {}, cwd: process.cwd(), env: {}, clock: { now: Date.now, monotonic: Date.now } };
      runServer(parseServeOptions(process.argv.slice(1), io, ''), io).catch(() => { process.exitCode = 2; });
    `;
    const args = [
      '--conditions=@nx-ml/source',
      '-r',
      hook,
      '-e',
      script,
      '--',
      ...argumentsFor(`127.0.0.1:${String(port)}`),
    ];
    const command = spawn(process.execPath, args, { cwd: folder, stdio: 'inherit' });
    const code = await Promise.race([
      once(command, 'exit').then(([status]) => status as number),
      sleep(60_000, undefined, { ref: false }),
    ]);
    command.kill('SIGKILL');
    expect(code).toBe(2);
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

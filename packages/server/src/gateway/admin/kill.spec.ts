import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { GatewayTarget } from '@nx-ml/core/adapters/target-gateway';
import { smallServing } from '@nx-ml/core/bundle/testing';
import { servingCodec } from '@nx-ml/core/bundle';
import type { StageableRelease } from '@nx-ml/core/deploy/testing';
import { isMlError } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { AdminRig } from './testing/admin-rig.js';

const hook = require.resolve('../../../../core/src/kernel/testing/typescript-hook.cjs');
const main = require.resolve('./testing/gateway-main.ts');

/** A model as a process of the user's own. */
const program = `
const { createServer } = require('node:http');
const { port } = JSON.parse(require('node:fs').readFileSync(process.env.ML_SERVE, 'utf8'));
createServer((request, response) => {
  request.resume().on('end', () => {
    if (request.url === '/pid') { response.end(String(process.pid)); return; }
    response.end(JSON.stringify({ outputs: [{ name: 'y', datatype: 'FP32', shape: [1], data: [process.pid] }] }));
  });
}).listen(port, '127.0.0.1', () => console.log('pid ' + process.pid));
`;
const runtime = { kind: 'command', command: 'exec node server.cjs', folder: 'code' } as const;
const bundle = {
  serving: servingCodec.encode({ ...smallServing, runtime }),
  extra: { 'code/server.cjs': program },
};

/** A gateway as a process that can be killed. */
class GatewayProcess {
  readonly lines: string[] = [];
  token = '';
  #child: ChildProcess | undefined;
  #addresses = { admin: '', everybody: '' };

  constructor(private readonly state: string) {}

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--conditions=@nx-ml/source', '-r', hook, main, this.state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    const [first] = (await once(lines, 'line')) as [string];
    const told = JSON.parse(first) as { token: string; admin: string; everybody: string };
    this.token = told.token === '' ? this.token : told.token;
    this.#addresses = told;
    lines.on('line', (line) => this.lines.push(line));
  }

  get target(): GatewayTarget {
    return new GatewayTarget({ url: this.#addresses.admin, token: this.token }, 's');
  }

  async ask(): Promise<{ status: number; release: string | null; pid: number }> {
    const body = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [0, 1] }] });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.#addresses.everybody}/v2/models/m/infer`, {
      method: 'POST',
      headers,
      body,
    });
    const { outputs } = (await answer.json()) as { outputs?: [{ data: [number] }] };
    const pid = outputs?.[0].data[0] ?? 0;
    return { status: answer.status, release: answer.headers.get('x-ml-release'), pid };
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

describe('a gateway that is killed', () => {
  // For its releases alone: what serves is a process.
  const rig = new AdminRig();
  const gateway = new GatewayProcess(rig.path);
  afterAll(async () => {
    await gateway.kill();
    await rig.close();
  });

  it('serves what was served last, whenever that happens', async () => {
    const releases = ['a', 'b', 'c'].map((name) => rig.release(name, bundle));
    await gateway.start();
    let served = new Set<Digest>([await deploy(gateway.target, releases[0])]);
    let interrupted = 0;
    for (let round = 0; round < 5; round++) {
      const next = releases[(round + 1) % releases.length];
      // Longer each time, so that it is hit while bytes come, while it loads, while the route is written, and after.
      const killed = sleep(40 + 90 * round).then(() => gateway.kill());
      const done = await deploy(gateway.target, next).catch((error: unknown) => {
        if (isMlError(error) && error.code === 'ERR_ML_DEPLOY_TARGET') return undefined;
        throw error;
      });
      await killed;
      interrupted += done === undefined ? 1 : 0;
      const possible =
        done === undefined ? new Set([...served, ...(next ? [next.id] : [])]) : new Set([done]);
      await gateway.start();
      const { route } = await gateway.target.observe();
      expect(possible).toContain(route.baseline);
      expect(await gateway.ask()).toMatchObject({ status: 200, release: route.baseline });
      served = new Set(route.baseline === null ? [] : [route.baseline]);
    }
    expect(interrupted).toBeGreaterThan(0);
    expect(readdirSync(join(rig.path, 'incoming'))).toEqual([]);
    expect(gateway.lines.filter((line) => line.includes('cannot be served'))).toEqual([]);
  });

  it('starts a model again that was killed', async () => {
    const { release, pid } = await gateway.ask();
    process.kill(pid, 'SIGKILL');
    let answer = await gateway.ask();
    while (answer.status !== 200) answer = await gateway.ask();
    expect([answer.release, answer.pid === pid, isAlive(pid)]).toEqual([release, false, false]);
  }, 20_000);

  it('leaves no model behind', async () => {
    const { pid } = await gateway.ask();
    const told = gateway.lines.flatMap((line) => /pid (\d+)/.exec(line)?.[1] ?? []).map(Number);
    const pids = [pid, ...told];
    expect(pids.every((one) => one > 0)).toBe(true);
    await gateway.kill();
    while (pids.some(isAlive)) await sleep(20);
  }, 20_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody waited for yet is a name without a process.
    const status = `/proc/${String(pid)}/status`;
    return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
  } catch {
    return false;
  }
}

async function deploy(target: GatewayTarget, next: StageableRelease | undefined): Promise<Digest> {
  if (next === undefined) throw new Error('There is no release.');
  const staged = await target.stage(next.release, next.bundles);
  if (!staged.ready) throw new Error(staged.reason);
  const { revision } = await target.observe();
  await target.route(revision, { baseline: next.id });
  return next.id;
}

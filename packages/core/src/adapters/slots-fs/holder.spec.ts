import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { until } from '../engine-local/testing/processes.js';

import { holderOf, isAlive, isHolder, startByPs, thisProcess } from './holder.js';

async function afterItsEnd(signal?: NodeJS.Signals): Promise<{ before: string | undefined; pid: number }> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const before = holderOf(pid);
  child.kill(signal);
  await once(child, 'exit');
  return { before, pid };
}

describe('holders', () => {
  it('name this process, and one that runs', () => {
    expect(isHolder(thisProcess())).toBe(true);
    expect(thisProcess().startsWith(`${String(process.pid)}.`)).toBe(true);
    expect(holderOf(process.pid)).toBe(thisProcess());
    expect(isAlive(thisProcess())).toBe(true);
  });

  it('are dead once their process has ended', async () => {
    const { before = '', pid } = await afterItsEnd('SIGKILL');
    expect(isHolder(before) && isAlive(before)).toBe(false);
    expect(isHolder(before)).toBe(true);
    expect(holderOf(pid)).toBeUndefined();
  });

  it('are dead as zombies too', async () => {
    // The shell becomes a program that never collects the child it started before.
    const script = 'sleep 0.2 & echo $!; exec sleep 600';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      await until(() => holderOf(Number(line)) === undefined);
      expect(process.kill(Number(line), 0)).toBe(true);
    } finally {
      parent.kill();
    }
    await once(parent, 'exit');
  });

  it('are another when the pid is used again', () => {
    const other = `${String(process.pid)}.someboot-1`;
    expect(isHolder(other) && isAlive(other)).toBe(false);
    expect(isHolder(other)).toBe(true);
  });

  it('can be told apart by ps, where there is no /proc', async () => {
    const started = startByPs(process.pid);
    expect(started).toMatch(/^[A-Z][a-z]{2}-[A-Z][a-z]{2}-\d+-\d\d-\d\d-\d\d-\d{4}$/);
    expect(startByPs(process.pid)).toBe(started);
    const { pid } = await afterItsEnd();
    expect(startByPs(pid)).toBeUndefined();
  });
});

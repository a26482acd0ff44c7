import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openFromSource } from './testing/open-from-source.js';
import { isAlive, until } from './testing/processes.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const runMany = join(__dirname, 'testing/run-many.ts');

describe('the watchdog', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watchdog-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const start = (jobs: number): ChildProcess =>
    spawn(process.execPath, ['-r', hook, runMany, folder, String(jobs)], { stdio: 'ignore' });
  const pids = async (): Promise<number[]> => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.pid'));
    const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
    return texts.filter((text) => text !== '').map(Number);
  };

  it('leaves no job and no child of one when our process is killed with SIGKILL', async () => {
    const executor = start(3);
    await until(async () => (await pids()).length === 6);
    executor.kill('SIGKILL');
    await once(executor, 'exit');
    const started = await pids();
    await until(() => !started.some(isAlive));
    expect(started).toHaveLength(6);
  });

  it('leaves none either when the process that had started them is killed at the same moment', async () => {
    const executor = start(2);
    await until(async () => (await pids()).length === 4);
    const launcher = Number(await readFile(join(folder, 'job-0.launcher'), 'utf8'));
    process.kill(launcher, 'SIGKILL');
    executor.kill('SIGKILL');
    await once(executor, 'exit');
    const started = await pids();
    await until(() => !started.some(isAlive));
    expect(started).toHaveLength(4);
  });

  it.each([1, 2, 4, 8, 16])(
    'does so too when the kill comes %i ms after the first job was seen, amid starting others',
    async (delay) => {
      const executor = start(40);
      await until(async () => (await pids()).length > 0);
      await new Promise((resolve) => setTimeout(resolve, delay));
      executor.kill('SIGKILL');
      await once(executor, 'exit');
      await until(async () => !(await pids()).some(isAlive));
      const atRest = await pids();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await pids()).filter(isAlive)).toEqual([]);
      expect(atRest.length).toBeGreaterThan(0);
    },
  );

  it('was killed itself: running jobs go on, under another', async () => {
    const shell = join(folder, 'shell');
    const note = `case $2 in *'while read'*) echo $$ >> "${folder}/watchdogs" ;; esac`;
    await writeFile(shell, `#!/bin/sh\n${note}\nexec /bin/sh "$@"\n`);
    await chmod(shell, 0o755);
    const watchdogs = async (): Promise<number[]> =>
      (await readFile(join(folder, 'watchdogs'), 'utf8').catch(() => ''))
        .split('\n')
        .filter(Boolean)
        .map(Number);

    const engine = openFromSource({ shell });
    const run = (id: string, command: string): Promise<unknown> => {
      const files = { logFile: join(folder, 'log'), progressFile: join(folder, 'progress') };
      const job = { id, command, cwd: folder, env: { PATH: '/usr/bin:/bin' }, ...files };
      return engine.run({ ...job, resources: { gpu: 0, memory: 0 } }, {}, new AbortController().signal);
    };
    const long = run('long', 'while [ ! -e go ]; do sleep 0.02; done; exit 5');
    await until(async () => (await watchdogs()).length === 1);
    const [first = 0] = await watchdogs();
    process.kill(first, 'SIGKILL');
    await until(() => !isAlive(first));
    await until(async () => (await watchdogs()).length === 2);
    await run('next', 'touch go');
    expect(await long).toEqual({ state: 'exited', code: 5 });

    const [, second = 0] = await watchdogs();
    expect(isAlive(second)).toBe(true);
    engine.close();
    await until(() => !isAlive(second));
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { engineContract } from '../../engine/engine.contract.js';
import type { Job, JobOutcome } from '../../engine/index.js';

import { openFromSource } from './testing/open-from-source.js';
import type { LocalEngine } from './index.js';
import { isAlive, until } from './testing/processes.js';

engineContract('local', () => {
  const engine = openFromSource({ grace: 200 });
  return {
    engine,
    close: () => {
      engine.close();
    },
  };
});

describe('the local engine', () => {
  let folder: string;
  let engine: LocalEngine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-local-'));
    engine = openFromSource({ grace: 200 });
  });

  afterEach(async () => {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  const jobOf = (command: string, change: Partial<Job> = {}): Job => ({
    id: 'job',
    command,
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
    logFile: join(folder, 'log'),
    progressFile: join(folder, 'progress.jsonl'),
    resources: { gpu: 0, memory: 0 },
    ...change,
  });
  const run = (job: Job, signal = new AbortController().signal): Promise<JobOutcome> =>
    engine.run(job, {}, signal);
  const textOf = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const pidIn = async (name: string): Promise<number> => Number(await textOf(name));

  it('gives exactly the environment asked for', async () => {
    await run(jobOf('/usr/bin/env', { env: { ONLY: 'this' } }));
    const names = (await textOf('log')).split('\n').map((line) => line.split('=')[0]);
    // Shells themselves set PWD, and some SHLVL, OLDPWD and _.
    expect(names.filter((name) => !['PWD', 'SHLVL', 'OLDPWD', '_', ''].includes(name ?? ''))).toEqual([
      'ONLY',
    ]);
  });

  it('works with an empty environment', async () => {
    expect(await run(jobOf('echo $((1+1))', { env: {} }))).toEqual({ state: 'exited', code: 0 });
    expect(await textOf('log')).toBe('2\n');
  });

  it('hands on no file descriptor of ours', async () => {
    await run(
      jobOf('for fd in 3 4 5 6 7 8 9; do (echo x >&$fd) 2>/dev/null && echo "$fd is open"; done; true'),
    );
    expect(await textOf('log')).toBe('');
  });

  it('leaves broken pipes their usual end', async () => {
    await run(jobOf('(yes; echo $? > status) | head -n 1'));
    expect(await textOf('log')).toBe('y\n');
    expect(await textOf('status')).toBe('141\n');
  });

  it('appends to a log that exists', async () => {
    await writeFile(join(folder, 'log'), 'before\n');
    await run(jobOf('echo after'));
    expect(await textOf('log')).toBe('before\nafter\n');
  });

  it('kills a command that ignores SIGTERM', async () => {
    const job = jobOf('trap "" TERM; echo $$ > pid; while :; do sleep 600; done', { timeout: 100 });
    expect(await run(job)).toEqual({ state: 'timed-out' });
    expect(isAlive(await pidIn('pid'))).toBe(false);
  });

  it('lets a command end in its own way on SIGTERM, and still calls it timed out', async () => {
    const job = jobOf('trap "echo saved; exit 0" TERM; printf half; while :; do sleep 0.05; done', {
      timeout: 300,
    });
    expect(await run(job)).toEqual({ state: 'timed-out' });
    expect(await textOf('log')).toMatch(/^half[^]*saved\n$/);
  });

  it('ends a background child that outlived the command, and keeps the exit code', async () => {
    expect(await run(jobOf('sleep 600 & echo $! > pid; exit 4'))).toEqual({ state: 'exited', code: 4 });
    expect(isAlive(await pidIn('pid'))).toBe(false);
  });

  it('ends grandchildren that ignore SIGTERM', async () => {
    const stubborn = '(trap "" TERM; sh -c "echo \\$\\$ > pid; while :; do sleep 600; done") &';
    expect(await run(jobOf(`${stubborn} while [ ! -s pid ]; do sleep 0.02; done`))).toMatchObject({
      code: 0,
    });
    expect(isAlive(await pidIn('pid'))).toBe(false);
  });

  it('does not wait for a zombie of the group that nobody collects', async () => {
    // The parent of the zombie leaves the group, as the careless first process of a container stands outside it.
    const script = `use POSIX; if (!fork()) { exit 0 } select(undef, undef, undef, 0.1); POSIX::setsid();
      open(my $f, ">", "pid.new"); print $f $$; close($f); rename("pid.new", "pid"); sleep 600;`;
    const job = jobOf(`perl -e '${script}' & while [ ! -e pid ]; do sleep 0.02; done; exit 6`);
    expect(await run(job)).toEqual({ state: 'exited', code: 6 });
    const escaped = await pidIn('pid');
    expect(isAlive(escaped)).toBe(true);
    process.kill(escaped, 'SIGKILL');
    await until(() => !isAlive(escaped));
  });

  it('cannot hold a process that leaves its group by setsid: it is neither waited for nor ended', async () => {
    const escape = `"${process.execPath}" -e '
      const { spawn } = require("node:child_process");
      const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
      require("node:fs").writeFileSync("pid", String(child.pid));
      child.unref();'`;
    expect(await run(jobOf(escape))).toEqual({ state: 'exited', code: 0 });
    const escaped = await pidIn('pid');
    expect(isAlive(escaped)).toBe(true);
    process.kill(escaped, 'SIGKILL');
    await until(() => !isAlive(escaped));
  });

  it('cancels through either caller of a joined job', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const job = jobOf('exec sleep 600');
    const runs = [run(job, first.signal), run(job, second.signal)];
    second.abort();
    expect(await Promise.all(runs)).toEqual([{ state: 'cancelled' }, { state: 'cancelled' }]);
  });

  it('ends the job before it passes on what a watcher threw', async () => {
    const job = jobOf('echo $$ > pid; echo "{}" > progress.jsonl');
    const watcher = {
      progress: () => {
        throw new Error('a broken watcher');
      },
    };
    await expect(engine.run(job, watcher, new AbortController().signal)).rejects.toThrow('a broken watcher');
    expect(isAlive(await pidIn('pid'))).toBe(false);
  });

  it('kills the jobs with the process that had started them, and starts another for the next', async () => {
    const ended = run(jobOf('sleep 600 & echo $! > child; echo $PPID > launcher; wait'));
    await until(async () => /\d\n/.test(await textOf('launcher').catch(() => '')));
    process.kill(await pidIn('launcher'), 'SIGKILL');
    expect(await ended).toEqual({ state: 'signalled', signal: 'SIGKILL' });
    await until(async () => !isAlive(await pidIn('child')));
    expect(await run(jobOf('exit 3'))).toEqual({ state: 'exited', code: 3 });
  });

  it.each([
    ['the shell is missing', { shell: '/none/sh' }, {}, '/none/sh'],
    ['the log cannot be written', {}, { logFile: '/none/log' }, '/none/log'],
    ['the command is longer than the system allows', {}, { command: `: ${'x'.repeat(3_000_000)}` }, 'E2BIG'],
    ['the environment holds a NUL', {}, { env: { A: 'a\0b' } }, 'null bytes'],
  ])('says so when %s', async (_why, options, change, reason) => {
    const other = openFromSource(options);
    const outcome = await other.run(jobOf('true', change), {}, new AbortController().signal);
    other.close();
    expect(outcome).toEqual({ state: 'not-started', reason: expect.stringContaining(reason) as string });
  });

  it('waits longer than one timer can', async () => {
    expect(await run(jobOf('sleep 0.1', { timeout: 2 ** 31 + 5 }))).toEqual({ state: 'exited', code: 0 });
  });
});

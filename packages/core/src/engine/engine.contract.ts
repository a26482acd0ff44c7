import { mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Engine, Job, Progress } from './index.js';

export interface EngineUnderTest {
  readonly engine: Engine;
  close(): Promise<void> | void;
}

/**
 * What every engine owes its callers. `open` gives an engine whose machines see this machine's temporary folder;
 * its grace period should be short.
 */
export function engineContract(name: string, open: () => Promise<EngineUnderTest> | EngineUnderTest): void {
  describe(`the engine contract: ${name}`, () => {
    let folder: string;
    let rig: EngineUnderTest;
    let attempts = 0;

    beforeAll(async () => {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'engine-contract-')));
      rig = await open();
    });

    afterAll(async () => {
      await rig.close();
      await rm(folder, { recursive: true, force: true });
    });

    const jobOf = (command: string, change: Partial<Job> = {}): Job => {
      attempts += 1;
      const id = `job-${String(attempts)}`;
      return {
        id,
        command,
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
        logFile: join(folder, `${id}.log`),
        progressFile: join(folder, `${id}.progress.jsonl`),
        resources: { gpu: 0, memory: 0 },
        ...change,
      };
    };
    const never = (): AbortSignal => new AbortController().signal;
    const logOf = (job: Job): Promise<string> => readFile(job.logFile, 'utf8');
    const exists = (path: string): Promise<boolean> =>
      stat(path).then(
        () => true,
        () => false,
      );

    it.each([0, 1, 7, 255])('tells exit code %i', async (code) => {
      const outcome = await rig.engine.run(jobOf(`exit ${String(code)}`), {}, never());
      expect(outcome).toEqual({ state: 'exited', code });
    });

    it.each([
      ['itself', 'kill -s KILL $$', 'SIGKILL'],
      ['a child of its shell, as by the OOM killer', 'sh -c "kill -s KILL \\$\\$"; exit $?', 'SIGKILL'],
      ['a crash', 'kill -s SEGV $$', 'SIGSEGV'],
    ])('tells the signal that ended %s', async (_what, command, signal) => {
      expect(await rig.engine.run(jobOf(command), {}, never())).toEqual({ state: 'signalled', signal });
    });

    it('runs in the folder given, with quotes, dollars and line ends as written', async () => {
      const job = jobOf(`pwd\nprintf '%s|' "it's" 'a "b"' "\${NAME}" \\$x # not this\necho end`, {
        env: { PATH: '/usr/bin:/bin', NAME: 'ünï $HOME "q"' },
      });
      await rig.engine.run(job, {}, never());
      expect(await logOf(job)).toBe(`${folder}\nit's|a "b"|ünï $HOME "q"|$x|end\n`);
    });

    it('inherits nothing of our environment', async () => {
      process.env['NX_ML_CONTRACT_SECRET'] = 'leaked';
      const job = jobOf('echo "[$NX_ML_CONTRACT_SECRET]"');
      await rig.engine.run(job, {}, never());
      delete process.env['NX_ML_CONTRACT_SECRET'];
      expect(await logOf(job)).toBe('[]\n');
    });

    it('gives no standard input', async () => {
      const job = jobOf('cat; echo read');
      expect(await rig.engine.run(job, {}, never())).toEqual({ state: 'exited', code: 0 });
      expect(await logOf(job)).toBe('read\n');
    });

    it('logs both outputs byte by byte, whatever they hold', async () => {
      const job = jobOf(`printf '\\377\\000a' ; printf 'b\\200' >&2; printf c`);
      await rig.engine.run(job, {}, never());
      expect(await readFile(job.logFile)).toEqual(Buffer.from([0xff, 0, 0x61, 0x62, 0x80, 0x63]));
    });

    it('logs a megabyte', async () => {
      const job = jobOf('i=0; while [ $i -lt 1024 ]; do printf "%1023d\\n" $i; i=$((i+1)); done');
      await rig.engine.run(job, {}, never());
      const log = await logOf(job);
      expect(log).toHaveLength(1024 * 1024);
      expect(log.endsWith(' 1023\n')).toBe(true);
    });

    it('delivers the last progress before the outcome, though its line has no end', async () => {
      const seen: Progress[] = [];
      const lines: Progress[] = [];
      const job = jobOf('printf \'{"step":1,"of":3}\\n{"step":3,"of":3,"loss":0.5}\' > "$P"');
      const withFile = { ...job, env: { ...job.env, P: job.progressFile } };
      const watcher = {
        progress: (progress: Progress) => seen.push(progress),
        line: (progress: Progress) => lines.push(progress),
      };
      await rig.engine.run(withFile, watcher, never());
      expect(seen.at(-1)).toEqual({ step: 3, of: 3, metrics: { loss: 0.5 } });
      expect(lines.map(({ step }) => step)).toEqual([1, 3]);
    });

    it('ends a command that runs too long, and keeps what it had said', async () => {
      const job = jobOf('printf half; exec sleep 600', { timeout: 300 });
      expect(await rig.engine.run(job, {}, never())).toEqual({ state: 'timed-out' });
      expect(await logOf(job)).toBe('half');
    });

    it('cancels a running command', async () => {
      const controller = new AbortController();
      const job = jobOf('echo \'{"step":1}\' > "$P"; sleep 600; echo too late');
      const withFile = { ...job, env: { ...job.env, P: job.progressFile } };
      const watcher = {
        progress: () => {
          controller.abort();
        },
      };
      expect(await rig.engine.run(withFile, watcher, controller.signal)).toEqual({ state: 'cancelled' });
      expect(await logOf(job)).toBe('');
    });

    it('starts nothing when it was cancelled before', async () => {
      const job = jobOf('touch started');
      expect(await rig.engine.run(job, {}, AbortSignal.abort())).toEqual({ state: 'cancelled' });
      expect(await exists(join(folder, 'started'))).toBe(false);
    });

    it('says so when the folder is missing', async () => {
      const outcome = await rig.engine.run(jobOf('true', { cwd: join(folder, 'none') }), {}, never());
      expect(outcome).toMatchObject({ state: 'not-started' });
      expect(outcome).toHaveProperty('reason', expect.stringContaining(join(folder, 'none')));
    });

    it('joins a job that runs already under the same id', async () => {
      const job = jobOf('echo once; while [ ! -e go ]; do sleep 0.05; done; exit 3');
      const first = rig.engine.run(job, {}, never());
      const second = rig.engine.run(job, {}, never());
      await rig.engine.run(jobOf('touch go'), {}, never());
      expect(await Promise.all([first, second])).toEqual([
        { state: 'exited', code: 3 },
        { state: 'exited', code: 3 },
      ]);
      expect(await logOf(job)).toBe('once\n');
    });
  });
}

import { open, stat } from 'node:fs/promises';

import type { Job, JobOutcome, Progress } from '../../engine/index.js';
import { messageOf } from '../../kernel/index.js';

import { outcomeOf } from './exit-status.js';
import type { ExitStatus } from './exit-status.js';
import { ProcessGroup } from './process-group.js';
import { ProgressTail } from './progress-tail.js';
import { StopRequest } from './stop-request.js';
import { reportThenRun } from './watchdog.js';
import type { Watchdog } from './watchdog.js';

export interface RunJobContext {
  readonly grace: number;
  readonly shell: string;
  readonly watchdog: Watchdog;
  readonly tell: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** The started process; or the reason why there is none. */
type Started = { readonly pid: number; readonly exit: Promise<ExitStatus> } | { readonly reason: string };

/** Runs one job to the end of its whole process group. */
export async function runJob(job: Job, context: RunJobContext): Promise<JobOutcome> {
  const tail = await ProgressTail.atEndOf(job.progressFile, context.tell);
  const started = await startIn(job, context);
  if ('reason' in started) return { state: 'not-started', reason: started.reason };
  context.watchdog.guards(started.pid);
  const stopFollowing = tail.follow();
  const stop = new StopRequest(context.signal, job.timeout);
  const outcome = await Promise.race([started.exit.then(outcomeOf), stop.requested]);
  stop.dispose();
  await new ProcessGroup(started.pid).end(context.grace, started.exit);
  context.watchdog.forget(started.pid);
  await stopFollowing();
  return outcome;
}

async function startIn(job: Job, context: RunJobContext): Promise<Started> {
  const isFolder = await stat(job.cwd).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return { reason: `the folder ${job.cwd} does not exist` };
  try {
    const log = await open(job.logFile, 'a');
    try {
      return await start(job, context, log.fd);
    } finally {
      await log.close();
    }
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

async function start(job: Job, { shell, watchdog }: RunJobContext, log: number): Promise<Started> {
  const { execa } = await import('execa');
  const output = log as 1; // Any descriptor is handed on as it is; execa's types know only 1 and 2.
  const subprocess = execa(shell, ['-c', reportThenRun, shell, job.command], {
    cwd: job.cwd,
    env: job.env,
    extendEnv: false,
    stdio: ['ignore', output, output, watchdog.input()],
    detached: true, // A process group, and a session, of its own.
    cleanup: false,
    buffer: false,
    reject: false,
  });
  if (subprocess.pid === undefined)
    return { reason: (await subprocess).originalMessage ?? `${shell} cannot be started` };
  const exit = subprocess.then(({ exitCode, signal }) => ({ code: exitCode, signal }));
  return { pid: subprocess.pid, exit };
}

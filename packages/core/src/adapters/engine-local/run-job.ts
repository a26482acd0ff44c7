import type { Job, JobOutcome } from '../../engine/index.js';

import { outcomeOf } from './exit-status.js';
import type { Launcher } from './launcher.js';
import { ProcessGroup } from './process-group.js';
import { ProgressTail } from './progress-tail.js';
import type { TellProgress } from './progress-tail.js';
import { StopRequest } from './stop-request.js';

export interface RunJobContext {
  readonly grace: number;
  readonly launcher: Launcher;
  readonly tell: TellProgress;
  readonly signal: AbortSignal;
}

/** Runs one job to the end of its whole process group. */
export async function runJob(job: Job, context: RunJobContext): Promise<JobOutcome> {
  const tail = await ProgressTail.atEndOf(job.progressFile, context.tell);
  const { command, cwd, env, logFile } = job;
  const started = await context.launcher.launch({ command, cwd, env, logFile });
  if ('refused' in started) return { state: 'not-started', reason: started.refused };
  const stopFollowing = tail.follow();
  const stop = new StopRequest(context.signal, job.timeout);
  const outcome = await Promise.race([started.exit.then(outcomeOf), stop.requested]);
  stop.dispose();
  await new ProcessGroup(started.pid).end(context.grace, started.exit);
  context.launcher.forget(started.pid);
  await stopFollowing();
  return outcome;
}

import type { ExecutorContext } from '@nx/devkit';
import { isMlError } from '@nx-ml/core/kernel';
import { runSteps } from '@nx-ml/core/usecases/run';
import type { TaskEnd, MlTask } from '@nx-ml/core/usecases/run';

import { compose } from '../../compose.js';
import type { Composition } from '../../compose.js';
import { liveProgress } from '../../report/live-progress.js';
import { systemClock } from '../../system-clock.js';
import { abortOnExit } from '../../abort-on-exit.js';
import { recordRestored } from '../../savings/record-restored.js';

/**
 * What both ways into the executor do: put the parts together, bring the steps up to date, and leave nothing running.
 * Progress goes to standard error, which Nx forwards as it comes. A machine on which no step can run at all (a store
 * that cannot be opened) fails each of them with the reason and the mend.
 */
export async function* stepEnds(
  context: ExecutorContext,
  tasks: readonly MlTask[],
  parallel: number,
): AsyncGenerator<TaskEnd> {
  const abort = abortOnExit();
  let deps: Composition | undefined;
  try {
    const emit = liveProgress({
      write: (text) => process.stderr.write(text),
      now: () => systemClock.monotonic(),
    });
    deps = await compose({
      root: context.root,
      graph: context.projectGraph,
      nxJson: context.nxJsonConfiguration,
      emit,
      signal: abort.signal,
    });
    const ended: TaskEnd[] = [];
    for await (const end of runSteps({ tasks, parallel, deps, signal: abort.signal })) {
      ended.push(end);
      yield end;
    }
    await recordRestored(ended, deps);
  } catch (error) {
    if (deps !== undefined || !isMlError(error)) throw error;
    const now = systemClock.now();
    for (const task of tasks)
      yield { task, outcome: { state: 'failed', error }, startTime: now, endTime: now };
  } finally {
    deps?.close();
    abort.dispose();
  }
}

/** What the gate holds must stop what comes behind it. */
export function isSuccess({ outcome }: TaskEnd): boolean {
  if (outcome.state === 'judged') return outcome.answer.verdict.state === 'pass';
  return outcome.state === 'executed' || outcome.state === 'restored' || outcome.state === 'promoted';
}

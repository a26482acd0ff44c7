import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { runSteps } from '@nx-ml/core/usecases';
import type { StepEnd } from '@nx-ml/core/usecases';

import { compose, parallelLimit, systemClock } from '../../compose.js';
import { liveProgress, stepText } from '../../report/index.js';
import { abortOnExit } from './abort-on-exit.js';
import type { StepOptions } from './step-options.js';
import { stepTasks } from './step-tasks.js';

export interface BatchResult {
  readonly task: string;
  readonly result: {
    readonly success: boolean;
    readonly status: 'success' | 'failure' | 'skipped';
    readonly terminalOutput: string;
    readonly startTime: number;
    readonly endTime: number;
  };
}

/**
 * All steps that Nx wants at once, in one process that knows every edge, resource and running command. Results are
 * yielded as they come; Nx prints their text. Progress goes to standard error, which Nx forwards as it comes.
 */
export default async function* runStepBatch(
  taskGraph: TaskGraph,
  options: Readonly<Record<string, StepOptions>>,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<BatchResult> {
  // Nx forces colours on its children; somebody who said NO_COLOR means it, and Node warns where it finds both.
  if (process.env['NO_COLOR'] !== undefined) delete process.env['FORCE_COLOR'];
  const abort = abortOnExit();
  const emit = liveProgress({
    write: (text) => process.stderr.write(text),
    now: () => systemClock.monotonic(),
  });
  const deps = await compose({ root: context.root, graph: context.projectGraph, emit });
  try {
    const tasks = stepTasks(taskGraph, options);
    const parallel = parallelLimit(context.nxJsonConfiguration);
    for await (const end of runSteps({ tasks, parallel, deps, signal: abort.signal })) yield batchResult(end);
  } finally {
    deps.close();
    abort.dispose();
  }
}

function batchResult({ task, outcome, startTime, endTime }: StepEnd): BatchResult {
  const success = outcome.state === 'executed' || outcome.state === 'restored';
  const status = success ? 'success' : outcome.state === 'skipped' ? 'skipped' : 'failure';
  const terminalOutput = stepText(task.id, outcome, endTime - startTime);
  return { task: task.id, result: { success, status, terminalOutput, startTime, endTime } };
}

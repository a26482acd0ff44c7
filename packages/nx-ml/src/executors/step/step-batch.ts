import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import type { TaskEnd } from '@nx-ml/core/usecases/run';

import { parallelLimit } from '../../compose.js';
import { stepText } from '../../report/step-text.js';
import { isSuccess, stepEnds } from './step-ends.js';
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
 * yielded as they come; Nx prints their text.
 */
export default async function* runStepBatch(
  taskGraph: TaskGraph,
  options: Readonly<Record<string, StepOptions>>,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<BatchResult> {
  // Nx forces colours on its children; somebody who said NO_COLOR means it, and Node warns where it finds both.
  if (process.env['NO_COLOR'] !== undefined) delete process.env['FORCE_COLOR'];
  const parallel = parallelLimit(context.nxJsonConfiguration);
  for await (const end of stepEnds(context, stepTasks(taskGraph, options), parallel)) yield batchResult(end);
}

function batchResult(end: TaskEnd): BatchResult {
  const { task, outcome, startTime, endTime } = end;
  const success = isSuccess(end);
  const status = success ? 'success' : outcome.state === 'skipped' ? 'skipped' : 'failure';
  const terminalOutput = stepText(task.id, outcome, endTime - startTime);
  return { task: task.id, result: { success, status, terminalOutput, startTime, endTime } };
}

import type { ExecutorContext } from '@nx/devkit';
import { runSteps } from '@nx-ml/core/usecases';
import type { StepTask } from '@nx-ml/core/usecases';

import { compose, systemClock } from '../../compose.js';
import { liveProgress, stepText } from '../../report/index.js';
import { abortOnExit } from './abort-on-exit.js';
import type { StepOptions } from './step-options.js';

/** One step alone, for `--batch=false` and for callers of the executor; the same work as in a batch of one. */
export default async function runStep(
  options: StepOptions,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  const project = context.projectName;
  if (project === undefined) throw new Error('nx-ml:step needs a project');
  const abort = abortOnExit();
  const emit = liveProgress({
    write: (text) => process.stderr.write(text),
    now: () => systemClock.monotonic(),
  });
  const task: StepTask = {
    id: `${project}:${context.targetName ?? options.step}`,
    dependsOn: [],
    ref: { project, step: options.step },
  };
  let success = false;
  const deps = await compose({ root: context.root, graph: context.projectGraph, emit });
  try {
    for await (const end of runSteps({ tasks: [task], parallel: 1, deps, signal: abort.signal })) {
      success = end.outcome.state === 'executed' || end.outcome.state === 'restored';
      process.stdout.write(stepText(task.id, end.outcome, end.endTime - end.startTime));
    }
  } finally {
    deps.close();
    abort.dispose();
  }
  return { success };
}

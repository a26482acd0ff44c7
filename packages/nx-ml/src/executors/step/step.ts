import type { ExecutorContext } from '@nx/devkit';
import type { MlTask } from '@nx-ml/core/usecases/run';

import { stepText } from '../../report/step-text.js';
import { isSuccess, stepEnds } from './step-ends.js';
import type { StepOptions } from './step-options.js';

/** One step alone, for `--batch=false` and for callers of the executor; the same work as in a batch of one. */
export default async function runStep(
  options: StepOptions,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  const project = context.projectName;
  if (project === undefined) throw new Error('nx-ml:step needs a project');
  const task: MlTask = {
    id: `${project}:${context.targetName ?? options.step}`,
    dependsOn: [],
    ref: { project, step: options.step },
  };
  let success = false;
  for await (const end of stepEnds(context, [task], 1)) {
    success = isSuccess(end);
    process.stdout.write(stepText(task.id, end.outcome, end.endTime - end.startTime));
  }
  return { success };
}

import type { TaskGraph } from '@nx/devkit';
import type { StepTask } from '@nx-ml/core/usecases';

import type { StepOptions } from './step-options.js';

/** Nx's tasks as ours: the same ids, the same edges. Edges to tasks outside the batch are done already. */
export function stepTasks(
  taskGraph: Pick<TaskGraph, 'tasks' | 'dependencies'>,
  options: Readonly<Record<string, StepOptions>>,
): readonly StepTask[] {
  return Object.values(taskGraph.tasks).map((task) => ({
    id: task.id,
    dependsOn: taskGraph.dependencies[task.id] ?? [],
    ref: { project: task.target.project, step: stepOf(task.id, options) },
  }));
}

function stepOf(id: string, options: Readonly<Record<string, StepOptions>>): StepOptions['step'] {
  const step = options[id]?.step;
  if (step === undefined) throw new Error(`Nx gave no options for ${id}`);
  return step;
}

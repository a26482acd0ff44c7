import type { MlTask } from '@nx-ml/core/usecases/run';

import type { StepOptions } from './step-options.js';

/** An edge of Nx's task graph: the id of the task in Nx 23, an object that holds it in Nx 24. */
type TaskEdge = string | { readonly id: string };

/** What we read of Nx's task graph, as both versions give it. */
export interface NxTasks {
  readonly tasks: Readonly<
    Record<string, { readonly id: string; readonly target: { readonly project: string } }>
  >;
  readonly dependencies: Readonly<Record<string, readonly TaskEdge[]>>;
}

/** Nx's tasks as ours: the same ids, the same edges. Edges to tasks outside the batch are done already. */
export function stepTasks(
  { tasks, dependencies }: NxTasks,
  options: Readonly<Record<string, StepOptions>>,
): readonly MlTask[] {
  return Object.values(tasks).map((task) => ({
    id: task.id,
    dependsOn: (dependencies[task.id] ?? []).map((edge) => (typeof edge === 'string' ? edge : edge.id)),
    ref: { project: task.target.project, step: stepOf(task.id, options) },
  }));
}

function stepOf(id: string, options: Readonly<Record<string, StepOptions>>): StepOptions['step'] {
  const step = options[id]?.step;
  if (step === undefined) throw new Error(`Nx gave no options for ${id}`);
  return step;
}

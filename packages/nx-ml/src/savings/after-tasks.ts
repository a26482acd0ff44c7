import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { NxJsonConfiguration, Task } from '@nx/devkit';
import type { StepName } from '@nx-ml/core/documents';
import { keyPath, standingPath, stepId } from '@nx-ml/core/layout';

import type { PluginOptions } from '../plugin-options.js';
import type { EndedStep } from './record-hits.js';
import { Standing } from './standing.js';

const steps: readonly StepName[] = ['data', 'train', 'evaluate'];
const hits: readonly string[] = ['local-cache', 'remote-cache'];
/** After these the step's result lies in the workspace. */
const standing: readonly string[] = [...hits, 'success', 'local-cache-kept-existing'];

/** What of Nx's context is used; the devkit has no name for it. */
interface AfterTasks {
  readonly workspaceRoot: string;
  readonly nxJsonConfiguration: NxJsonConfiguration;
  readonly taskResults: Readonly<
    Record<string, { readonly status: string; readonly task: Pick<Task, 'target' | 'projectRoot'> }>
  >;
}

/**
 * Nx calls this when all tasks have ended, and tells which of them its own caches spared: those never reach an executor. A hit counts where the
 * workspace did not stand at that result when Nx ended last; without its daemon Nx copies outputs that lie there already. Where none of
 * our steps is among the tasks, nothing is loaded. Whatever fails, the run is not the worse for it.
 */
export async function postTasksExecution(
  _options: PluginOptions | undefined,
  { taskResults, workspaceRoot, nxJsonConfiguration }: AfterTasks,
): Promise<void> {
  const ended = Object.values(taskResults).flatMap((result) => stepIn(result, workspaceRoot));
  if (ended.length === 0) return;
  try {
    const stood = new Standing(join(workspaceRoot, standingPath));
    const moved = ended.filter(({ ref, keys }) => stood.moves(stepId(ref), keys));
    if (moved.length === 0) return;
    stood.keep();
    const spared = moved.filter(({ isHit }) => isHit);
    if (spared.length === 0) return;
    const { recordHits } = await import('./record-hits.js');
    await recordHits(spared, { root: workspaceRoot, nxJson: nxJsonConfiguration });
  } catch {
    // The tasks are done, and a count of them is not worth an error.
  }
}

function stepIn({ status, task }: AfterTasks['taskResults'][string], root: string): readonly EndedStep[] {
  const { project, target } = task.target;
  const step = steps.find((name) => name === target);
  if (step === undefined || !standing.includes(status)) return [];
  const path = join(root, keyPath({ project, step }));
  if (!existsSync(path)) return [];
  const keys = readFileSync(path, 'utf8');
  return [{ ref: { project, step }, keys, isHit: hits.includes(status), folder: task.projectRoot ?? '.' }];
}

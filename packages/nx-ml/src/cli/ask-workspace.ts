import { join } from 'node:path';

import type { ProjectGraph } from '@nx/devkit';
import { MlError, messageOf } from '@nx-ml/core/kernel';
import { nearestWord } from '@nx-ml/core/manifest';
import type { StepName } from '@nx-ml/core/manifest';
import type { MlProject } from '@nx-ml/core/usecases';

import { composeQuestions } from '../compose.js';
import type { Questions } from '../compose.js';
import { usageError } from './command.js';
import { findWorkspaceRoot } from './workspace-root.js';

/** The workspace that a folder lies in, ready to be asked. Nothing is written. @throws MlError */
export async function askWorkspace(cwd: string): Promise<Questions> {
  const root = findWorkspaceRoot(cwd);
  const graph = await projectGraph(root);
  const { readJsonFile } = await import('@nx/devkit');
  return composeQuestions({ root, graph, nxJson: readJsonFile<object>(join(root, 'nx.json')) });
}

/** Nx's graph of the workspace as it is now. @throws MlError ERR_ML_USAGE */
export async function projectGraph(root: string): Promise<ProjectGraph> {
  // @nx/devkit looks for the workspace when it is loaded.
  process.env['NX_WORKSPACE_ROOT_PATH'] = root;
  const { createProjectGraphAsync } = await import('@nx/devkit');
  try {
    return await createProjectGraphAsync({ exitOnError: false });
  } catch (cause) {
    throw new MlError('ERR_ML_USAGE', {
      message: `Nx cannot make the project graph of ${root}: ${messageOf(cause).split('\n')[0] ?? ''}`,
      fix: 'nx report and nx show projects tell more.',
      cause,
    });
  }
}

export const steps: readonly StepName[] = ['data', 'train', 'evaluate'];

/** `spam-filter` or `spam-filter:train`. */
export function parseStep(
  text: string,
  help: string,
): { readonly project: string; readonly step?: StepName } {
  const colon = text.lastIndexOf(':');
  if (colon === -1) return { project: text };
  const step = steps.find((name) => name === text.slice(colon + 1));
  if (step !== undefined) return { project: text.slice(0, colon), step };
  throw usageError(`"${text.slice(colon + 1)}" is no step: ${steps.join(', ')}`, help);
}

/** @throws MlError ERR_ML_CONFIG_REFERENCE for a name that is no ml project, and those of a broken ml.yaml. */
export function findMlProject(name: string, { workspace }: Questions): MlProject {
  const project = workspace.mlProject(name);
  if (project !== undefined) return project;
  const nearest = nearestWord(name, workspace.mlProjectNames());
  throw new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `"${name}" is no project with an ml.yaml`,
    fix: nearest === undefined ? 'nx show projects lists them.' : `Did you mean "${nearest}"?`,
  });
}

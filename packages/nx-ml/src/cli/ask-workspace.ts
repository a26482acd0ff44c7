import { join } from 'node:path';

import type * as Devkit from '@nx/devkit';
import type { ProjectGraph } from '@nx/devkit';
import type { StepName } from '@nx-ml/core/documents';
import { MlError, messageOf } from '@nx-ml/core/kernel';
import type { MlProject } from '@nx-ml/core/usecases';

import type * as Compose from '../compose-questions.js';
import type { AskedQuestions, Questions, QuestionsInput } from '../compose-questions.js';
import { usageError } from './command.js';
import { findWorkspaceRoot } from './workspace-root.js';

/**
 * The workspace that a folder lies in, ready to be asked. Nothing is written, and no remote is asked.
 *
 * @param load the code that will ask: loaded while Nx draws the graph in processes of its own.
 * @throws MlError
 */
export async function askWorkspace<T>(
  cwd: string,
  load: () => Promise<T>,
): Promise<readonly [questions: Questions, asking: T]> {
  const [input, { composeQuestions }, asking] = await inputFor(cwd, load);
  return [await composeQuestions(input), asking];
}

/** The same for what would happen, which what the remote has decides as well. */
export async function askWhatWouldHappen<T>(
  cwd: string,
  load: () => Promise<T>,
): Promise<readonly [questions: AskedQuestions, asking: T]> {
  const [input, { composeForecast }, asking] = await inputFor(cwd, load);
  return [await composeForecast(input), asking];
}

async function inputFor<T>(
  cwd: string,
  load: () => Promise<T>,
): Promise<readonly [QuestionsInput, typeof Compose, T]> {
  const root = findWorkspaceRoot(cwd);
  const { readJsonFile } = await nxDevkit(root);
  const [graph, compose, asking] = await Promise.all([
    projectGraph(root),
    import('../compose-questions.js'),
    load(),
  ]);
  const nxJson = readJsonFile<object>(join(root, 'nx.json'));
  return [{ root, graph, nxJson }, compose, asking];
}

/** Nx's graph of the workspace as it is now. @throws MlError ERR_ML_USAGE */
export async function projectGraph(root: string): Promise<ProjectGraph> {
  const { createProjectGraphAsync } = await nxDevkit(root);
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

function nxDevkit(root: string): Promise<typeof Devkit> {
  // It looks for the workspace when it is loaded.
  process.env['NX_WORKSPACE_ROOT_PATH'] = root;
  return import('@nx/devkit');
}

export const steps: readonly StepName[] = ['data', 'train', 'evaluate', 'package'];

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
export async function findMlProject(
  name: string,
  { workspace }: Pick<Questions, 'workspace'>,
): Promise<MlProject> {
  const project = workspace.mlProject(name);
  if (project !== undefined) return project;
  const { nearestWord } = await import('@nx-ml/core/manifest');
  const nearest = nearestWord(name, workspace.mlProjectNames());
  throw new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `"${name}" is no project with an ml.yaml`,
    fix: nearest === undefined ? 'nx show projects lists them.' : `Did you mean "${nearest}"?`,
  });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import type { ProjectGraph } from '@nx/devkit';
import { LocalEnvironment } from '@nx-ml/core/adapters/environment-local';
import { MlError } from '@nx-ml/core/kernel';
import type { MlProject, Workspace } from '@nx-ml/core/usecases';
import { pythonEnvironment } from '@nx-ml/core/usecases/run';

import { workspaceToAsk } from '../compose-questions.js';
import { projectGraph } from './ask-workspace.js';
import type { CliCommand } from './command.js';
import { runInPlace } from './run-in-place.js';
import { findWorkspaceRoot } from './workspace-root.js';

const help = `nx-ml python [ARGS...]

Starts Python as the steps of the project in this folder have it: the interpreter that NX_ML_PYTHON or ml.yaml names, and
the shared Python code of the workspace on its path. Unlike a step it sees all variables, and has no ML_RUN. The inferred
test target runs pytest by it.

Examples
  cd models/spam-filter
  npx nx-ml python -m pytest
  npx nx-ml python
`;

export const python: CliCommand = {
  help,
  isPassedOn: true,
  async run(args, { cwd }) {
    const root = findWorkspaceRoot(cwd);
    const workspace = await workspaceToAsk(root, await graphOf(root));
    const project = projectAround(cwd, workspace);
    const programs = mkdtempSync(join(tmpdir(), 'nx-ml-python-'));
    try {
      const probe = new LocalEnvironment();
      const env = await pythonEnvironment({ project, workspace, probe, programs });
      return await runInPlace({ program: 'python', args, cwd, env });
    } finally {
      rmSync(programs, { recursive: true, force: true });
    }
  },
};

/** A task takes the graph that Nx made for it, as Nx's own executors do: without a daemon a new one costs seconds. */
async function graphOf(root: string): Promise<ProjectGraph> {
  if (process.env['NX_TASK_TARGET_PROJECT'] === undefined) return projectGraph(root);
  const { readCachedProjectGraph } = await import('@nx/devkit');
  return readCachedProjectGraph();
}

function projectAround(cwd: string, workspace: Workspace): MlProject {
  const name = workspace.ownerOf(join(relative(workspace.root, cwd), 'ml.yaml'));
  const project = name === undefined ? undefined : workspace.mlProject(name);
  if (project !== undefined) return project;
  throw new MlError('ERR_ML_USAGE', {
    message: `${cwd} lies in no project with an ml.yaml`,
    fix: 'Go to the folder of a dataset, model or service.',
  });
}

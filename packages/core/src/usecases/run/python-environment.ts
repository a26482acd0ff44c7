import { join } from 'node:path';

import type { EnvironmentProbe } from '../../environment/index.js';
import { pythonNamed, stepsOf } from '../../manifest/index.js';
import { pythonDefaults, searchPath } from './command-environment.js';
import type { MlProject, Workspace } from '../ports.js';
import { writePythonPrograms } from './python-programs.js';
import { stepClosures } from '../plan/step-closure.js';

export interface PythonEnvironmentInput {
  readonly project: MlProject;
  readonly workspace: Workspace;
  readonly probe: EnvironmentProbe;
  /** Absolute; `python` and `python3` are written into it. */
  readonly programs: string;
}

/**
 * The whole environment in which `python` runs code of a project outside of a step, its specs for example, as steps
 * would: on their interpreter, with the modules of the workspace that they find. Variables are not hidden, since no
 * result of a step comes out of it; but PYTHONPATH is theirs, or a spec would find what a step does not.
 *
 * @throws MlError ERR_ML_INTERPRETER_MISSING
 */
export async function pythonEnvironment(
  input: PythonEnvironmentInput,
): Promise<Readonly<Record<string, string | undefined>>> {
  const { project, workspace, probe, programs } = input;
  writePythonPrograms(programs, await probe.python(pythonNamed(project.config)));
  const declared = stepsOf(project.config).some(({ environment }) => environment.env.includes('PYTHONPATH'));
  return {
    ...pythonDefaults,
    ...probe.variables,
    PATH: searchPath([programs, probe.variables['PATH']]),
    PYTHONPATH: searchPath([
      ...rootsOf(project, workspace).map((root) => join(workspace.root, root)),
      declared ? probe.variables['PYTHONPATH'] : undefined,
    ]),
  };
}

/** Source folders for PYTHONPATH: those of the steps, then what only other code of the project needs. */
function rootsOf(project: MlProject, workspace: Workspace): readonly string[] {
  const ofSteps = [...stepClosures(project, workspace).values()].flatMap((code) => code.pythonRoots);
  const sources = workspace.filesOf(project.name).filter((path) => path.endsWith('.py'));
  return [...new Set([...ofSteps, ...workspace.importClosure(sources).pythonRoots])];
}

import { DependencyType } from '@nx/devkit';
import type {
  CreateDependencies,
  CreateDependenciesContext,
  ProjectGraph,
  RawProjectGraphDependency,
} from '@nx/devkit';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { isMlError } from '@nx-ml/core/kernel';
import { inputsOf } from '@nx-ml/core/manifest';
import { stepClosures } from '@nx-ml/core/usecases';
import type { MlProject } from '@nx-ml/core/usecases';

import { NxWorkspace, ParsedImports, readTsPaths } from '../workspace/index.js';

/**
 * Edges from ml projects: to the datasets and models that ml.yaml names, to every project that holds code they import,
 * and to the npm packages they import. Nx draws JavaScript edges itself only in workspaces with @nx/js, and Python
 * edges never, so all of them are drawn here.
 */
export const createDependencies: CreateDependencies = (_options, context) => {
  const files = new WorkspaceFiles(context.workspaceRoot);
  const workspace = new NxWorkspace({
    root: context.workspaceRoot,
    graph: graphOf(context),
    files,
    imports: new ParsedImports(files),
    tsPaths: readTsPaths(context.workspaceRoot),
  });
  return workspace.mlProjectNames().flatMap((name) => {
    const project = readable(() => workspace.mlProject(name));
    if (project === undefined) return [];
    const sourceFile = project.root === '' ? 'ml.yaml' : `${project.root}/ml.yaml`;
    const targets = new Set([...namedTargets(project), ...codeTargets(project, workspace)]);
    targets.delete(name);
    return [...targets]
      .filter((target) => target in context.projects || target in (context.externalNodes ?? {}))
      .map((target): RawProjectGraphDependency => ({
        source: name,
        target,
        sourceFile,
        type: DependencyType.static,
      }));
  });
};

function namedTargets({ config }: MlProject): readonly string[] {
  return [
    ...('data' in config ? Object.values(inputsOf(config.data)) : []),
    ...('models' in config ? Object.values(inputsOf(config.models)) : []),
  ];
}

function codeTargets(project: MlProject, workspace: NxWorkspace): readonly string[] {
  return [...stepClosures(project, workspace).values()].flatMap((code) => [
    ...code.files.flatMap((file) => workspace.ownerOf(file) ?? []),
    ...code.wholeProjects,
    ...code.packages.map((name) => `npm:${name}`),
  ]);
}

/** A broken ml.yaml has its say when a step of it is run; here it only has no edges. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}

/** Nodes without edges: what there is of a graph while edges are being drawn. */
function graphOf(context: CreateDependenciesContext): ProjectGraph {
  const nodes = Object.fromEntries(
    Object.entries(context.projects).map(([name, data]) => [name, { name, type: 'lib' as const, data }]),
  );
  return { nodes, dependencies: {}, externalNodes: { ...context.externalNodes } };
}

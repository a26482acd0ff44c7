import type {
  CreateDependenciesContext,
  DependencyType,
  ProjectGraph,
  RawProjectGraphDependency,
} from '@nx/devkit';
import { WorkspaceFiles, WorkspaceSnapshot } from '@nx-ml/core/adapters/workspace-fs';
import { isMlError } from '@nx-ml/core/kernel';
import { inputsOf } from '@nx-ml/core/manifest';
import type { MlProject } from '@nx-ml/core/usecases';
import { linkedProjects, specCode, stepClosures } from '@nx-ml/core/usecases/code';
import type { ReachedCode } from '@nx-ml/core/usecases/code';

import { NxWorkspace, readTsPaths, rememberedSources } from '../workspace/index.js';

/**
 * Edges from ml projects: to the datasets and models that ml.yaml names, to every project that holds code they import,
 * and to the npm packages they import, steps and specs alike. Nx draws JavaScript edges itself only in workspaces with @nx/js, and Python
 * edges never, so all of them are drawn here.
 */
export async function mlEdges(context: CreateDependenciesContext): Promise<RawProjectGraphDependency[]> {
  const files = new WorkspaceFiles(context.workspaceRoot);
  const parsed = rememberedSources(context.workspaceRoot);
  const workspace = new NxWorkspace({
    root: context.workspaceRoot,
    graph: graphOf(context),
    files,
    view: new WorkspaceSnapshot(files),
    parsed,
    tsPaths: await readTsPaths(context.workspaceRoot),
  });
  const libraryFiles = new Set<string>();
  const linked = new Map<string, readonly string[]>();
  const linkedFrom = (project: string): readonly string[] => {
    const known = linked.get(project) ?? linkedProjects(project, workspace);
    linked.set(project, known);
    return known;
  };
  const edges = workspace.mlProjectNames().flatMap((name) => {
    const project = readable(() => workspace.mlProject(name));
    if (project === undefined) return [];
    const codes = [...stepClosures(project, workspace).values(), specCode(project, workspace)];
    for (const file of codes.flatMap(({ files: reached }) => reached))
      if (workspace.ownerOf(file) !== name) libraryFiles.add(file);
    const imported = codes.flatMap((code) => codeTargets(code, workspace));
    const linkedTargets = [name, ...imported].flatMap(linkedFrom);
    const targets = new Set([...namedTargets(project), ...imported, ...linkedTargets]);
    return [...targets].map((target) => edge(name, target));
  });
  parsed.imports.keep();
  parsed.configs.keep();
  const isThere = ({ source, target }: RawProjectGraphDependency): boolean =>
    target !== source && (target in context.projects || target in (context.externalNodes ?? {}));
  return [...edges, ...libraryEdges([...libraryFiles], workspace)].filter(isThere);
}

/** What shared Python libraries import of one another, file by file, as Nx draws it for JavaScript. */
function libraryEdges(
  files: readonly string[],
  workspace: NxWorkspace,
): readonly RawProjectGraphDependency[] {
  return workspace.pythonEdges(files).flatMap(({ sourceFile, targetProject }) => {
    const source = workspace.ownerOf(sourceFile);
    return source === undefined ? [] : [edge(source, targetProject)];
  });
}

/** As a value it would load all of Nx's devkit into the process that draws the graph. */
const implicit = 'implicit' satisfies `${DependencyType.implicit}` as unknown as DependencyType.implicit;

/**
 * Implicit, although code says it: Nx keeps the edges that are bound to a file for as long as that file stays as it is,
 * and throws away what a plugin draws anew. An edge bound to ml.yaml would miss every import added after its last edit.
 */
function edge(source: string, target: string): RawProjectGraphDependency {
  return { source, target, type: implicit };
}

function namedTargets({ config }: MlProject): readonly string[] {
  return [
    ...('data' in config ? Object.values(inputsOf(config.data)) : []),
    ...('models' in config ? Object.values(inputsOf(config.models)) : []),
  ];
}

function codeTargets(code: ReachedCode, workspace: NxWorkspace): readonly string[] {
  return [
    ...code.files.flatMap((file) => workspace.ownerOf(file) ?? []),
    ...code.wholeProjects,
    ...code.packages.map((name) => `npm:${name}`),
  ];
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

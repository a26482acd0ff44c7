import type { ProjectGraph, ProjectGraphExternalNode } from '@nx/devkit';
import { compareText } from '@nx-ml/core/kernel';

/**
 * Versions of npm packages and of all that they need, from the lock file as Nx read it (npm, yarn, pnpm, bun).
 * The integrity hash stands beside the version, so that another tarball of the same version is another environment.
 *
 * A package that several versions are locked of counts with all of them, unless the project's own edges tell which.
 */
export function lockedPackages(
  graph: ProjectGraph,
  project: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  const pending = names.flatMap((name) => nodesOf(graph, project, name));
  const visited = new Set<string>();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (visited.has(node.name)) continue;
    visited.add(node.name);
    found.set(node.name.slice('npm:'.length), versionOf(node));
    for (const { target } of graph.dependencies[node.name] ?? []) {
      const next = graph.externalNodes?.[target];
      if (next !== undefined) pending.push(next);
    }
  }
  for (const name of names) if (nodesOf(graph, project, name).length === 0) found.set(name, 'unlocked');
  return Object.fromEntries([...found].sort(([a], [b]) => compareText(a, b)));
}

function nodesOf(graph: ProjectGraph, project: string, name: string): ProjectGraphExternalNode[] {
  const direct = (graph.dependencies[project] ?? []).flatMap(({ target }) => {
    const node = graph.externalNodes?.[target];
    return node?.data.packageName === name ? [node] : [];
  });
  if (direct.length > 0) return direct;
  return (externalByName(graph).get(name) ?? []).slice();
}

const indexes = new WeakMap<ProjectGraph, ReadonlyMap<string, ProjectGraphExternalNode[]>>();

/** One index a graph: a batch asks for every model. */
function externalByName(graph: ProjectGraph): ReadonlyMap<string, ProjectGraphExternalNode[]> {
  const known = indexes.get(graph);
  if (known !== undefined) return known;
  const index = new Map<string, ProjectGraphExternalNode[]>();
  for (const node of Object.values(graph.externalNodes ?? {})) {
    const same = index.get(node.data.packageName);
    if (same === undefined) index.set(node.data.packageName, [node]);
    else same.push(node);
  }
  indexes.set(graph, index);
  return index;
}

function versionOf({ data }: ProjectGraphExternalNode): string {
  return data.hash === undefined ? data.version : `${data.version} ${data.hash}`;
}

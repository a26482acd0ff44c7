import { createHash } from 'node:crypto';

import type { CreateDependencies, CreateDependenciesContext, RawProjectGraphDependency } from '@nx/devkit';

import { stateFolder } from '@nx-ml/core/layout';

import { memoryOf } from '../memory/index.js';
import type { ContentMemory } from '../memory/index.js';

let memory: ContentMemory<RawProjectGraphDependency[]> | undefined;

/** The edges of ml projects; for a workspace in which no file changed, the ones of last time. See ml-edges.ts. */
export const createDependencies: CreateDependencies = async (_options, context) => {
  memory ??= memoryOf(context.workspaceRoot, 'edges');
  const key = keyOf(context);
  const known = memory.get(key);
  if (known !== undefined) return known;
  const { mlEdges } = await import('./ml-edges.js');
  const edges = await mlEdges(context);
  memory.replace(new Map([[key, edges]]));
  return edges;
};

/** Everything that edges are made of: every file's content as Nx hashed it, the projects, and the npm packages there are. */
function keyOf({ fileMap, projects, externalNodes }: CreateDependenciesContext): string {
  const files = [...Object.values(fileMap.projectFileMap), fileMap.nonProjectFiles]
    .flat()
    .filter(({ file }) => !file.startsWith(`${stateFolder}/`)); // ours, where git does not ignore it
  const lines = [
    ...files.map(({ file, hash }) => `file ${file} ${hash}`),
    ...Object.entries(projects).map(([name, { root }]) => `project ${name} ${root}`),
    ...Object.keys(externalNodes ?? {}).map((name) => `package ${name}`),
  ];
  // Nx walks folders in parallel: the order of its map is chance.
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64');
}

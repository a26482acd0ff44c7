import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { CreateDependencies, CreateDependenciesContext, RawProjectGraphDependency } from '@nx/devkit';

import { stateFolder } from '@nx-ml/core/layout';

import { dataFolder } from './data-folder.js';
import { GraphMemory } from './graph-memory.js';
import { makerOfThisBuild } from './maker.js';

let memory: GraphMemory<RawProjectGraphDependency[]> | undefined;

/** The edges of ml projects; for a workspace in which no file changed, the ones of last time. See ml-edges.ts. */
export const createDependencies: CreateDependencies = async (_options, context) => {
  memory ??= new GraphMemory(join(dataFolder(context.workspaceRoot), 'nx-ml-edges.json'), makerOfThisBuild());
  const key = keyOf(context);
  const known = memory.get(key);
  if (known !== undefined) return known;
  const { mlEdges } = await import('./ml-edges.js');
  const edges = mlEdges(context);
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

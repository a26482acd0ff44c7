import { posix } from 'node:path';

import type { ProjectConfiguration, ProjectGraph } from '@nx/devkit';
import type { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { isJsonObject } from '@nx-ml/core/kernel';
import { parseMlYaml } from '@nx-ml/core/manifest';
import type { Problem } from '@nx-ml/core/manifest';
import type { MlProject } from '@nx-ml/core/usecases';

import { inferProject, withoutSpecs } from '../../graph/infer-project.js';

export interface FoundProjects {
  /** Projects whose ml.yaml can be read. */
  readonly projects: readonly MlProject[];
  readonly broken: readonly Problem[];
  /** All projects as nodes without edges: enough to follow imports by. */
  readonly graph: ProjectGraph;
}

/** The projects of a workspace by its files alone: Nx may not be able to draw its graph. */
export function findProjects(files: WorkspaceFiles): FoundProjects {
  const listing = files.list('');
  const broken: Problem[] = [];
  const projects: MlProject[] = [];
  const nodes = new Map<string, ProjectConfiguration>();
  for (const file of listing.filter((path) => /(^|\/)(package|project)\.json$/.test(path))) {
    const root = rootOf(file);
    const name = nameIn(files.readText(file) ?? '');
    if (root !== '' && name !== undefined) nodes.set(root, { name, root, ...packageOf(file, name) });
  }
  for (const file of listing.filter((path) => posix.basename(path) === 'ml.yaml')) {
    const text = files.readText(file) ?? '';
    const inferred = inferProject(file, text, withoutSpecs);
    nodes.set(rootOf(file), inferred);
    const parsed = parseMlYaml(text, file);
    if (parsed.ok) projects.push({ name: inferred.name ?? '', root: rootOf(file), config: parsed.config });
    else broken.push(...parsed.problems);
  }
  return { projects, broken, graph: graphOf([...nodes.values()]) };
}

function graphOf(projects: readonly ProjectConfiguration[]): ProjectGraph {
  const nodes: ProjectGraph['nodes'] = {};
  for (const data of projects) nodes[data.name ?? ''] = { name: data.name ?? '', type: 'lib', data };
  return { nodes, dependencies: {} };
}

function rootOf(file: string): string {
  const folder = posix.dirname(file);
  return folder === '.' ? '' : folder;
}

function nameIn(text: string): string | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const name = isJsonObject(document) ? document['name'] : undefined;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

function packageOf(file: string, packageName: string): Pick<ProjectConfiguration, 'metadata'> {
  return file.endsWith('package.json') ? { metadata: { js: { packageName } } } : {};
}

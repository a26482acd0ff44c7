import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { CreateNodes, CreateNodesResultArray, ProjectConfiguration } from '@nx/devkit';

import { dataFolder } from './data-folder.js';
import { GraphMemory } from './graph-memory.js';
import { makerOfThisBuild } from './maker.js';

let memory: GraphMemory<ProjectConfiguration> | undefined;

/** Every ml.yaml is an Nx project. One that was seen before, in these bytes, is not parsed again. */
export const createNodes: CreateNodes = [
  '**/ml.yaml',
  async (files, _options, context) => {
    memory ??= new GraphMemory(
      join(dataFolder(context.workspaceRoot), 'nx-ml-projects.json'),
      makerOfThisBuild(),
    );
    const known = memory;
    const texts = files.map((file) => readFileSync(join(context.workspaceRoot, file), 'utf8'));
    const keys = files.map((file, index) => keyOf(file, texts[index] ?? ''));
    const isKnown = keys.every((key) => known.get(key) !== undefined);
    // The parser and the schema are loaded only where something is new.
    const infer = isKnown ? undefined : (await import('./infer-project.js')).inferProject;
    const projects = files.map(
      (file, index) => known.get(keys[index] ?? '') ?? infer?.(file, texts[index] ?? ''),
    );
    const entries = new Map<string, ProjectConfiguration>();
    const nodes: [string, CreateNodesResultArray[number][1]][] = [];
    projects.forEach((project, index) => {
      const [file, key] = [files[index], keys[index]];
      if (project === undefined || file === undefined || key === undefined) return;
      entries.set(key, project);
      nodes.push([file, { projects: { [project.root]: project } }]);
    });
    if (!isKnown) known.replace(entries);
    return nodes;
  },
];

function keyOf(file: string, text: string): string {
  return createHash('sha256').update(`${file}\n${text}`).digest('base64');
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type {
  CreateNodes,
  CreateNodesContext,
  CreateNodesResultArray,
  ProjectConfiguration,
} from '@nx/devkit';

import { memoryOf } from '../memory/index.js';
import type { ContentMemory } from '../memory/index.js';
import type { Surroundings } from './infer-project.js';
import { findSpecs, hasJestConfig, typeScriptLoader } from './spec-files.js';

let memory: ContentMemory<ProjectConfiguration> | undefined;

/** Every ml.yaml is an Nx project. One that was seen before, in these bytes and beside these specs, is not parsed again. */
export const createNodes: CreateNodes = [
  '**/ml.yaml',
  async (files, _options, context) => {
    memory ??= memoryOf(context.workspaceRoot, 'projects');
    const known = memory;
    const sources = readSources(files, context);
    const isKnown = sources.every(({ key }) => known.get(key) !== undefined);
    // The parser and the schema are loaded only where something is new.
    const infer = isKnown ? undefined : (await import('./infer-project.js')).inferProject;
    const entries = new Map<string, ProjectConfiguration>();
    const nodes: [string, CreateNodesResultArray[number][1]][] = [];
    for (const { file, text, around, key } of sources) {
      const project = known.get(key) ?? infer?.(file, text, around);
      if (project === undefined) continue;
      entries.set(key, project);
      nodes.push([file, { projects: { [project.root]: project } }]);
    }
    if (!isKnown) known.replace(entries);
    return nodes;
  },
];

interface Source {
  readonly file: string;
  readonly text: string;
  readonly around: Surroundings;
  /** The same for the same file, text and specs around it. */
  readonly key: string;
}

function readSources(
  files: readonly string[],
  { workspaceRoot, nxJsonConfiguration }: CreateNodesContext,
): readonly Source[] {
  const workspaceJest = hasJestConfig(workspaceRoot);
  const typeScript = typeScriptLoader(workspaceRoot);
  const nxInfersJest = (nxJsonConfiguration.plugins ?? []).some(
    (entry) => (typeof entry === 'string' ? entry : entry.plugin) === '@nx/jest/plugin',
  );
  return files.map((file) => {
    const text = readFileSync(join(workspaceRoot, file), 'utf8');
    const own = findSpecs(join(workspaceRoot, dirname(file)), nxInfersJest);
    const around = { ...own, workspaceJest, typeScript };
    const key = createHash('sha256')
      .update(JSON.stringify([file, text, around]))
      .digest('base64');
    return { file, text, around, key };
  });
}

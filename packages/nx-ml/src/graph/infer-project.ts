import { posix } from 'node:path';

import type { ProjectConfiguration } from '@nx/devkit';
import type { MlTaskRef } from '@nx-ml/core/layout';
import { parseMlYaml, pythonNamed } from '@nx-ml/core/manifest';
import type { MlConfig, Problem } from '@nx-ml/core/manifest';

import { deployTargets } from './service-targets.js';
import type { SpecFiles } from './spec-files.js';
import { inferTargets, stepExecutor } from './targets.js';
import { brokenTune } from './tune-targets.js';
import { inferTestTarget } from './test-target.js';
import type { TestTargetInput } from './test-target.js';

/** What the surroundings of an ml.yaml tell of its specs. */
export type Surroundings = SpecFiles & Pick<TestTargetInput, 'workspaceJest' | 'typeScript'>;

/** For whoever asks about anything but tests. */
export const withoutSpecs: Surroundings = {
  specs: [],
  nodeTypeScript: [],
  jest: false,
  taken: false,
  workspaceJest: false,
  typeScript: 'none',
};

/** What an ml.yaml and the specs beside it say to Nx. Pure: the same text and specs give the same project. */
export function inferProject(file: string, text: string, around: Surroundings): ProjectConfiguration {
  const root = posix.dirname(file);
  const parsed = parseMlYaml(text, file);
  return parsed.ok ? wholeProject(root, parsed.config, around) : brokenProject(root, text, parsed.problems);
}

function wholeProject(root: string, config: MlConfig, around: Surroundings): ProjectConfiguration {
  const name = config.name ?? posix.basename(root);
  const test = inferTestTarget({ ...around, root, python: pythonNamed(config) });
  return {
    name,
    root,
    projectType: config.kind === 'service' ? 'application' : 'library',
    tags: [`ml:${config.kind}`, ...(config.tags ?? [])],
    targets: { ...inferTargets({ project: name, root, config }), ...(test === undefined ? {} : { test }) },
    metadata: {
      ...(config.description === undefined ? {} : { description: config.description }),
      technologies: ['nx-ml'],
    },
  };
}

type TargetName = MlTaskRef['step'];

const allTargets: readonly TargetName[] = ['data', 'train', 'evaluate', 'gate', 'package', 'promote'];
const targetsByKind: Readonly<Record<string, readonly TargetName[]>> = {
  dataset: ['data'],
  model: ['train', 'evaluate', 'gate', 'package', 'promote'],
  service: [],
};

/**
 * A project whose ml.yaml cannot be understood keeps its place in the graph, and everything that it might do fails
 * with the reason when it is run. So one mistake neither takes the other projects down nor passes unseen.
 */
function brokenProject(root: string, text: string, problems: readonly Problem[]): ProjectConfiguration {
  const kind = /^kind:\s*(\w+)/m.exec(text)?.[1] ?? '';
  const names = targetsByKind[kind] ?? allTargets;
  return {
    name: posix.basename(root),
    root,
    tags: ['ml:broken'],
    targets: {
      ...Object.fromEntries(
        names.map((step) => [step, { executor: stepExecutor, options: { step }, cache: false }]),
      ),
      ...(kind === 'service' ? deployTargets() : /^tune:/m.test(text) ? { tune: brokenTune } : {}),
    },
    metadata: { description: `ml.yaml is broken: ${problems[0]?.message ?? 'unknown reason'}` },
  };
}

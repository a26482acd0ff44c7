import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createNodesFromFiles } from '@nx/devkit';
import type { CreateNodes } from '@nx/devkit';

import { inferProject } from './infer-project.js';

/** Every ml.yaml is an Nx project. */
export const createNodes: CreateNodes = [
  '**/ml.yaml',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const project = inferProject(file, readFileSync(join(context.workspaceRoot, file), 'utf8'));
        return { projects: { [project.root]: project } };
      },
      files,
      options,
      context,
    ),
];

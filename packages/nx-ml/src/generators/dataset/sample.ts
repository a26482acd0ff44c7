import { posix } from 'node:path';

import type { Tree } from '@nx/devkit';

import { addProject } from '../add-project.js';
import { writeTemplate } from '../template-files.js';
import { sampleCsv } from './sample-data.js';

/** Adds a dataset of made-up rows, which says so. */
export async function addSample(tree: Tree, name: string, root: string): Promise<'added' | 'unchanged'> {
  return addProject(tree, {
    name,
    root,
    write: (target) => {
      writeTemplate(target, 'dataset/sample', root, { name, keepsName: posix.basename(root) === name });
      target.write(`${root}/sample.csv`, sampleCsv());
    },
  });
}

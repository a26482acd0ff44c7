import { posix } from 'node:path';

import type { Tree } from '@nx/devkit';
import { MlError } from '@nx-ml/core/kernel';
import type { z } from 'zod';

import { addProject } from '../add-project.js';
import { namesOf, presentProjects } from '../ml-projects.js';
import { nxGenerator } from '../nx-generator.js';
import { given } from '../shared-options.js';
import { writeTemplate } from '../template-files.js';
import { serviceGenerator } from './options.js';

type Options = z.output<typeof serviceGenerator.options>;

/** @throws MlError ERR_ML_USAGE, ERR_ML_CONFIG_REFERENCE, ERR_ML_PROJECT_EXISTS */
export async function generateService(tree: Tree, options: Options): Promise<undefined> {
  const { name } = options;
  const root = options.directory ?? `services/${name}`;
  const models = chosen(options.models, namesOf(await presentProjects(tree), 'model'));
  const keepsName = posix.basename(root) === name;
  await addProject(tree, {
    name,
    root,
    write: (target) => {
      writeTemplate(target, 'service', root, { name, keepsName, models });
    },
  });
}

function chosen(answer: string | undefined, present: readonly string[]): readonly string[] {
  const models = [...new Set((given(answer) ?? '').split(/[\s,]+/).filter((model) => model !== ''))];
  const there = present.length === 0 ? 'The workspace has no model yet' : `There are: ${present.join(', ')}`;
  if (models.length === 0)
    throw new MlError('ERR_ML_USAGE', {
      message: 'a service needs at least one model',
      fix: `Name them: --models=NAME,NAME. ${there}.`,
    });
  const unknown = models.filter((model) => !present.includes(model));
  if (unknown.length > 0)
    throw new MlError('ERR_ML_CONFIG_REFERENCE', {
      message: `the workspace has no model ${unknown.join(', ')}`,
      fix: `${there}. Add one first: nx generate model ${unknown[0] ?? 'NAME'}`,
    });
  return models;
}

export default nxGenerator(serviceGenerator, generateService);

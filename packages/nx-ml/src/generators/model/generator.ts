import { posix } from 'node:path';

import type { GeneratorCallback, Tree } from '@nx/devkit';
import { MlError } from '@nx-ml/core/kernel';
import type { z } from 'zod';

import { addProject } from '../add-project.js';
import { addSample } from '../dataset/sample.js';
import { namesOf, presentProjects } from '../ml-projects.js';
import { nxGenerator } from '../nx-generator.js';
import { given } from '../shared-options.js';
import { writeTemplate } from '../template-files.js';
import { modelGenerator } from './options.js';
import { addRequirements } from './requirements.js';
import { modelTemplates } from './templates.js';

type Options = z.output<typeof modelGenerator.options>;

/**
 * A model that trains and evaluates as it is generated: on the dataset named, or on a sample that is added beside it.
 *
 * @throws MlError ERR_ML_CONFIG_REFERENCE, ERR_ML_PROJECT_EXISTS
 */
export async function generateModel(tree: Tree, options: Options): Promise<GeneratorCallback | undefined> {
  const { name } = options;
  const template = modelTemplates[options.template];
  const root = options.directory ?? `models/${name}`;
  const data = await dataset(tree, name, given(options.data));
  const values = { name, data, keepsName: posix.basename(root) === name, ...template };
  await addProject(tree, {
    name,
    root,
    write: (target) => {
      for (const folder of [...template.folders, 'readme'])
        writeTemplate(target, `model/${folder}`, root, values);
    },
  });
  return addRequirements(tree, name, template);
}

/** The dataset to learn from. Where none is named, it is the model's sample, which is added unless it is there. */
async function dataset(tree: Tree, model: string, named: string | undefined): Promise<string> {
  const present = namesOf(await presentProjects(tree), 'dataset');
  const name = named ?? `${model}-data`;
  if (present.includes(name)) return name;
  if (named === undefined) {
    await addSample(tree, name, `datasets/${name}`);
    return name;
  }
  throw new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `the workspace has no dataset ${name}`,
    fix:
      present.length === 0
        ? `Add it first: nx generate dataset ${name} --from=FILE. Without --data a small sample is made up.`
        : `There are: ${present.join(', ')}. Without --data a small sample is made up.`,
  });
}

export default nxGenerator(modelGenerator, generateModel);

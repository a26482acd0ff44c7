import { z } from 'zod';

import type { GeneratorDefinition } from '../definition.js';

const names = (what: string, example: string) =>
  z
    .array(z.string())
    .default([])
    .meta({ description: what, examples: [[example]] });

const options = z.strictObject({
  path: z
    .string()
    .default('.')
    .meta({
      description:
        'The folder of the DVC project, relative to the workspace. Every dvc.yaml below it is imported.',
      $default: { $source: 'argv', index: 0 },
    }),
  directory: z
    .string()
    .min(1)
    .default('ml')
    .meta({ description: 'The folder for the ml.yaml projects, relative to the DVC project.' }),
  prefix: z
    .string()
    .regex(/^(?:[A-Za-z][A-Za-z0-9_-]*)?$/)
    .default('')
    .meta({ description: 'Goes before every project name, where names would clash.', examples: ['churn-'] }),
  model: names('Stages that make a model, where that is not seen from their names and outputs.', 'fit'),
  dataset: names('Stages that make data, where they would be taken for models.', 'train-split'),
  check: z.boolean().default(false).meta({
    description:
      'Write nothing; fail where an import would change a file. For CI, while params.yaml and ml.yaml are both kept.',
  }),
  skipFormat: z
    .boolean()
    .default(false)
    .meta({ description: 'Leave the files as they are written, unformatted.' }),
});

export type ImportDvcOptions = z.output<typeof options>;

export const importDvcDefinition = {
  id: 'NxMlImportDvc',
  title: 'Import a DVC project',
  description:
    'Turns the stages of dvc.yaml into ml.yaml projects that train as they are. DVC works beside them: dvc.yaml and the .dvc files stay untouched.',
  examples: [
    {
      command: 'nx g nx-ml:import-dvc',
      description: 'Import the DVC project at the root of the workspace.',
    },
    {
      command: 'nx g nx-ml:import-dvc projects/churn --model fit',
      description: 'Import the one in projects/churn, whose stage fit makes the model.',
    },
    {
      command: 'nx g nx-ml:import-dvc --check',
      description: 'Tell whether the ml.yaml files are what dvc.yaml and the params files say.',
    },
  ],
  options,
} satisfies GeneratorDefinition;

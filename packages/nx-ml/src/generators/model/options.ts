import { z } from 'zod';

import type { GeneratorDefinition } from '../definition.js';
import { directory, projectName } from '../shared-options.js';
import { templateNames } from './templates.js';

const options = z.strictObject({
  name: projectName('model'),
  template: z.enum(templateNames).default('command').meta({
    description:
      'What trains it. command: plain Node, nothing to install. onnx: trained in Python, evaluated in Node.',
    'x-prompt': 'What trains the model?',
    'x-priority': 'important',
  }),
  data: z.string().optional().meta({
    description:
      'Name of the dataset that it learns from. Without it, a small sample is made up beside the model.',
    'x-prompt': 'Name of the dataset that it learns from (empty: a small made-up sample)',
    'x-priority': 'important',
  }),
  directory: directory('models'),
});

export const modelGenerator = {
  id: 'NxMlModel',
  title: 'Add a model',
  description: 'Adds a model with code that trains and evaluates it, specs and a README.',
  examples: [
    {
      command: 'nx generate model spam-filter',
      description: 'A model in plain Node on a small sample, in models/spam-filter.',
    },
    {
      command: 'nx generate model spam-filter --template=sklearn --data=spam-mails',
      description: 'A scikit-learn pipeline on a dataset of the workspace.',
    },
  ],
  options,
} satisfies GeneratorDefinition;

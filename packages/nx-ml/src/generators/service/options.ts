import { z } from 'zod';

import type { GeneratorDefinition } from '../definition.js';
import { directory, projectName } from '../shared-options.js';

const options = z.strictObject({
  name: projectName('service'),
  models: z.string().optional().meta({
    description: 'Names of the models that the service answers with, separated by commas.',
    'x-prompt': 'Which models does it answer with? (names, separated by commas)',
    'x-priority': 'important',
  }),
  directory: directory('services'),
});

export const serviceGenerator = {
  id: 'NxMlService',
  title: 'Add a service',
  description: 'Adds a service that answers with models of the workspace.',
  examples: [
    {
      command: 'nx generate service mail-api --models=spam-filter',
      description: 'A service over one model, in services/mail-api.',
    },
  ],
  options,
} satisfies GeneratorDefinition;

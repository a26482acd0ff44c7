import { z } from 'zod';

import type { GeneratorDefinition } from '../definition.js';

const options = z.strictObject({
  scripts: z.boolean().default(true).meta({
    description: 'Add npm scripts (train, evaluate and the same for affected projects) where they are free.',
  }),
});

export const initGenerator = {
  id: 'NxMlInit',
  title: 'Set up nx-ml',
  description: 'Names the plugin in nx.json, keeps derived files out of git and adds npm scripts.',
  examples: [
    { command: 'nx add nx-ml', description: 'Install nx-ml into an Nx workspace and set it up.' },
    { command: 'nx generate nx-ml:init', description: 'Set up nx-ml where it is installed already.' },
  ],
  options,
} satisfies GeneratorDefinition;

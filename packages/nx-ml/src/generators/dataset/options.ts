import { z } from 'zod';

import type { GeneratorDefinition } from '../definition.js';
import { directory, projectName } from '../shared-options.js';

const options = z.strictObject({
  name: projectName('dataset'),
  from: z.string().optional().meta({
    description:
      'Where the data comes from: a file, a folder, or an http(s) URL. Paths are from the workspace’s root. Without it, a small sample is made up.',
    'x-prompt': 'File, folder or URL to take the data from (empty: a small made-up sample)',
    'x-priority': 'important',
  }),
  store: z.boolean().default(false).meta({
    description:
      'Put files into the store and a pointer into git, whatever their size. Files of more than 1 MB in all go there anyway.',
  }),
  directory: directory('datasets'),
});

export const datasetGenerator = {
  id: 'NxMlDataset',
  title: 'Add a dataset',
  description:
    'Adds a dataset: of files that git or the store holds, or of a download that is pinned by its digest.',
  examples: [
    {
      command: 'nx generate dataset mails --from=../mails.csv',
      description: 'Copy a file into datasets/mails.',
    },
    {
      command: 'nx generate dataset photos --from=../photos --store',
      description: 'Put a folder into the store, and its pointer into git.',
    },
    {
      command: 'nx generate dataset penguins --from=https://example.org/penguins.csv',
      description: 'A dataset that downloads the file, and accepts no other bytes than those of today.',
    },
  ],
  options,
} satisfies GeneratorDefinition;

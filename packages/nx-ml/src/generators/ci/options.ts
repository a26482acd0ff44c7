import { z } from 'zod';

import type { GeneratorDefinition } from '../definition.js';

export const providers = ['github', 'gitlab', 'bitbucket', 'generic'] as const;
export type Provider = (typeof providers)[number];

/** As a runner's label is written; it goes into a file that a machine obeys. */
const label = '[A-Za-z0-9][A-Za-z0-9._-]*';
const labels = z
  .string()
  .regex(new RegExp(`^${label}(,${label})*$`), 'labels of letters, digits, . _ -, separated by commas');

/** Nx makes a number of whatever looks like one on its command line, and of 3.10 it makes 3.1. */
const version = (form: RegExp, such: string) =>
  z
    .union([z.string(), z.number()])
    .transform(String)
    .refine((text) => form.test(text), such);

const options = z.strictObject({
  provider: z.enum(providers).meta({
    description: 'Where it runs: github, gitlab, bitbucket, or generic, a script for any other.',
    $default: { $source: 'argv', index: 0 },
    'x-prompt': 'Where does it run? (github, gitlab, bitbucket, generic)',
    'x-priority': 'important',
  }),
  branch: z
    .string()
    .regex(/^(?!-)[A-Za-z0-9._/-]+$/, 'letters, digits, . _ / -')
    .default('main')
    .meta({
      description: 'The branch whose models are accepted; pull requests go to it.',
      'x-prompt': 'Which branch has the accepted models?',
      'x-priority': 'important',
    }),
  cacheServer: z
    .string()
    .regex(/^(https?:\/\/[A-Za-z0-9.:_/-]+)?$/, 'an address that begins with https://')
    .optional()
    .meta({
      description: 'Address of nx-ml-server, which caches for Nx as well. Default: none.',
      'x-prompt': 'Address of the cache server (empty: none)',
      'x-priority': 'important',
    }),
  access: z.enum(['id-token', 'secret']).default('id-token').meta({
    description:
      'How jobs show nx-ml-server who they are: by ID tokens of GitHub or GitLab, or by a token in the secrets NX_ML_TOKEN and PULL_REQUEST_NX_ML_TOKEN. Bitbucket and others have the latter alone.',
  }),
  machines: z.int().min(1).max(99).optional().meta({
    description:
      'About how many machines train at once. Default: 4 where the workspace has a remote or a cache server, else 1, as machines that share nothing cannot hand on models.',
  }),
  environments: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}(,[A-Za-z][A-Za-z0-9._-]{0,63})*$/, 'names, separated by commas')
    .optional()
    .meta({
      description:
        'Environments that services are deployed to, one after the other. Default: those that their ml.yaml name, but for gateways on the machine itself.',
    }),
  runner: labels.optional().meta({
    description: 'Labels of the usual machines. Default: those of the provider.',
  }),
  gpuRunner: labels.optional().meta({
    description: 'Labels of the machines for models that ask for a gpu. Default: the usual ones.',
  }),
  memoryRunner: labels.optional().meta({
    description: 'Labels of the machines for models that ask for much memory. Default: the usual ones.',
  }),
  memoryFrom: z
    .string()
    .regex(/^\d+(\.\d+)?(MB|GB|TB|MiB|GiB|TiB)$/, 'a size such as 14GB')
    .default('14GB')
    .meta({ description: 'How much memory is much: what a model asks for from this size on.' }),
  node: version(/^\d+(\.\d+\.\d+)?$/, 'a version such as 24 or 24.1.0')
    .prefault('24')
    .meta({ description: 'Version of Node.' }),
  python: version(/^3\.\d\d(\.\d+)?$/, 'a version such as 3.12 or 3.12.1')
    .prefault('3.12')
    .meta({ description: 'Version of Python, where a model needs it.' }),
  force: z
    .boolean()
    .default(false)
    .meta({ description: 'Replace a file that was edited, or was not written by this.' }),
});

export const ciGenerator = {
  id: 'NxMlCi',
  title: 'Add continuous integration',
  description:
    'Writes what trains, evaluates and judges the models that a change affects, and on the main branch accepts, packages, promotes and deploys those that pass.',
  examples: [
    { command: 'nx generate nx-ml:ci github', description: 'A workflow of GitHub Actions.' },
    {
      command: 'nx generate nx-ml:ci gitlab --cacheServer=https://cache.example.org',
      description: 'A pipeline of GitLab that uses a cache server.',
    },
    {
      command: 'nx generate nx-ml:ci github --gpuRunner=self-hosted,gpu --machines=8',
      description: 'Models that ask for a gpu train on machines of your own.',
    },
  ],
  options,
} satisfies GeneratorDefinition;

export type CiOptions = z.output<typeof options>;

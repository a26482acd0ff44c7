import { projectName } from '../documents/index.js';
import * as z from '../kernel/zod.js';
import * as field from './ml-fields.js';

/** Keys that several kinds of ml.yaml share, with what an editor shows on them. */

export const common = {
  name: projectName.optional().meta({
    title: 'Project name',
    description: 'Name of the Nx project. Default: the name of the folder.',
    examples: ['spam-filter'],
  }),
  description: field.description.optional().meta({
    title: 'Description',
    description: 'One sentence on what this is, for people.',
    examples: ['Spam or ham from the text of a mail'],
  }),
  tags: field.tags.optional().meta({
    title: 'Tags',
    description: 'Tags of the Nx project, to select it by and to bind it with module boundary rules.',
    examples: [['nlp']],
  }),
};

const environment = z
  .strictObject(
    {
      env: field.variables.optional().meta({
        title: 'Environment variables',
        description:
          'Variables that the command may see. Their values are part of the run key: another value is another run.',
        examples: [['OMP_NUM_THREADS']],
      }),
      secrets: field.variables.optional().meta({
        title: 'Secrets',
        description:
          'Variables that the command may see and that are neither part of the run key nor ever logged.',
        examples: [['HF_TOKEN']],
      }),
      packages: field.packages.optional().meta({
        title: 'Packages',
        description:
          'Packages that the code uses beyond those that its imports show, such as a plug-in loaded by name. Their versions are part of the run key.',
        examples: [['lightgbm']],
      }),
      python: field.python.optional().meta({
        title: 'Python interpreter',
        description:
          'The interpreter that stands in for `python` and `python3` in a command: a name on the PATH or an absolute path.',
        examples: ['python3.11'],
      }),
    },
    'a map with env, secrets, packages or python',
  )
  .meta({
    title: 'Environment',
    description:
      'What the command may see of the machine. A step’s own lists are added to those of the project.',
    examples: [{ env: ['OMP_NUM_THREADS'], secrets: ['HF_TOKEN'] }],
  });

const resources = z
  .strictObject(
    {
      gpu: field.gpu.optional().meta({
        title: 'GPUs',
        description: 'GPUs that one run of the command holds alone. Default: 0.',
        examples: [1],
      }),
      memory: field.memory.optional().meta({
        title: 'Memory',
        description:
          'Memory set aside for one run: 512MB, 8GB (10^9 bytes each), 8GiB (2^30) or a number of bytes. Default: none.',
        examples: ['8GB'],
      }),
    },
    'a map with gpu or memory',
  )
  .meta({
    title: 'Resources',
    description: 'What one run needs of the machine; runs wait until it is free. Never part of the run key.',
    examples: [{ gpu: 1, memory: '8GB' }],
  });

const code = field.globs.meta({
  title: 'Code',
  description:
    'Globs, relative to the project’s folder, of files that count as code beyond what imports show. They may leave the folder (`../../legacy/**/*.py`); `!` excludes.',
  examples: [['../../legacy/**/*.py', '!**/*.md']],
});

export const params = field.params.optional().meta({
  title: 'Parameters',
  description:
    'Parameters that the code reads from the run document: a map, or the name of a .yaml or .json file in the project.',
  examples: [{ alpha: 0.5 }, 'params.yaml'],
});

const stepParams = field.paramValues.optional().meta({
  title: 'Parameters of this step',
  description: 'Parameters laid over those of the project: maps key by key, everything else replaced.',
  examples: [{ epochs: 3 }],
});

export const upstreamData = field.inputs.meta({
  title: 'Datasets',
  description:
    'Datasets that the code reads: a list of projects, or a map from the name that the code uses to a project.',
  examples: [['spam-mails'], { mails: 'spam-mails' }],
});

export const upstreamModels = field.inputs.meta({
  title: 'Models',
  description:
    'Models whose result is an input: a list of projects, or a map from the name that the code uses to a project.',
  examples: [['mail-embeddings'], { embeddings: 'mail-embeddings' }],
});

/** What a project's steps share; a step lays its own over it. */
export const shared = {
  code: code.optional(),
  environment: environment.optional(),
  resources: resources.optional(),
};

export const step = {
  command: field.command.meta({
    title: 'Command',
    description:
      'Command line, run by `sh` in the project’s folder. The path of the run document is in the environment variable ML_RUN; `{params.alpha}` and `{seed}` are filled in.',
    examples: ['node train.mjs', 'python train.py --alpha {params.alpha}'],
  }),
  timeout: field.timeout.optional().meta({
    title: 'Time limit',
    description: 'Longest time that one run may take: 90s, 30m, 2h, 1d; at most 24d. Default: no limit.',
    examples: ['2h'],
  }),
  params: stepParams,
  ...shared,
};

export const metrics = field.metricsPolicy.optional().meta({
  title: 'Metrics',
  description:
    'Whether a run that writes no metrics.json has failed (`required`, the default) or not (`optional`).',
  examples: ['required'],
});

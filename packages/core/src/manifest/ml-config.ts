import * as z from '../kernel/zod.js';
import { deploy } from './ml-deploy.js';
import * as field from './ml-fields.js';
import { gate } from './ml-gate.js';
import { common, metrics, params, shared, step, upstreamData, upstreamModels } from './ml-shared-keys.js';
import { evaluate } from './ml-evaluate.js';
import { packaging } from './ml-package.js';
import { tune } from './ml-tune.js';
import { datasetRules, modelRules, serviceRules } from './ml-rules.js';

/**
 * The one definition of ml.yaml. The types, the validation and the JSON schema that editors use
 * (schemas/ml.schema.json) come from it; title, description and examples are what an editor shows on a key.
 */

const train = z
  .strictObject(
    {
      ...step,
      seeds: field.seeds.optional().meta({
        title: 'Seeds',
        description: 'One run a seed, so that chance can be told from progress. Default: [1].',
        examples: [[1, 2, 3]],
      }),
      metrics,
    },
    'a map with at least a command',
  )
  .meta({
    title: 'Training',
    description: 'How the model is trained: once for each seed.',
    examples: [{ command: 'node train.mjs', seeds: [1, 2, 3] }],
  });

const prepare = z.strictObject(step, 'a map with at least a command').meta({
  title: 'Preparation',
  description: 'The command that writes the data into the folder that the run document names.',
  examples: [{ command: 'node prepare.mjs', timeout: '10m' }],
});

const datasetConfig = z
  .strictObject({
    kind: kind('dataset', 'Data that models are trained and tested on.'),
    ...common,
    files: field.insideGlobs.optional().meta({
      title: 'Files',
      description: 'Globs of data files that git holds, relative to the project’s folder. For small data.',
      examples: [['penguins.csv']],
    }),
    pointer: field.pointerFile.optional().meta({
      title: 'Pointer',
      description:
        'The committed pointer to data that the store holds, or a .dvc file, which is read in place. For data too large for git.',
      examples: ['mails.ref.json', 'mails.csv.dvc'],
    }),
    hf: field.hubDataset.optional().meta({
      title: 'Hugging Face dataset',
      description:
        'A dataset of the Hugging Face hub at one commit, as its client keeps it in its cache: `org/name@commit`, or a map with `name` and the `files` that are meant. Nothing is downloaded.',
      examples: ['stanfordnlp/imdb@e6281661ce1c48d982bc483cf8a173c1bbeb5d31'],
    }),
    prepare: prepare.optional(),
    data: upstreamData.optional(),
    params,
    ...shared,
  })
  .superRefine(datasetRules, { when: () => true })
  .meta({
    title: 'Dataset',
    description: 'A dataset: exactly one of files, pointer, hf and prepare says where its bytes come from.',
    examples: [{ kind: 'dataset', files: ['penguins.csv'] }],
    oneOf: [
      { required: ['files'] },
      { required: ['pointer'] },
      { required: ['hf'] },
      { required: ['prepare'] },
    ],
  });

const modelConfig = z
  .strictObject({
    kind: kind('model', 'A model, trained by a command.'),
    ...common,
    data: upstreamData.optional(),
    models: upstreamModels.optional(),
    params,
    ...shared,
    train,
    evaluate: evaluate.optional(),
    gate: gate.optional(),
    package: packaging.optional(),
    tune: tune.optional(),
  })
  .superRefine(modelRules, { when: () => true })
  .meta({
    title: 'Model',
    description: 'A model: what it learns from, how it is trained and evaluated, and what it must show.',
    examples: [{ kind: 'model', data: ['spam-mails'], train: { command: 'node train.mjs' } }],
  });

const serviceConfig = z
  .strictObject({
    kind: kind('service', 'A service that answers with models.'),
    ...common,
    models: field.atLeastOneInput.meta({
      title: 'Models',
      description:
        'The models that the service answers with: a list of projects, or a map from the name that the code uses to a project.',
      examples: [['spam-filter'], { spam: 'spam-filter' }],
    }),
    deploy: deploy.optional(),
  })
  .superRefine(serviceRules, { when: () => true })
  .meta({
    title: 'Service',
    description: 'A service and the models that it serves.',
    examples: [{ kind: 'service', models: ['spam-filter'] }],
  });

function kind<K extends string>(name: K, what: string): z.ZodLiteral<K> {
  return z.literal(name).meta({ title: 'Kind', description: what, examples: [name] });
}

export const mlConfigSchemas = {
  dataset: datasetConfig,
  model: modelConfig,
  service: serviceConfig,
} as const;
export type MlKind = keyof typeof mlConfigSchemas;

export type DatasetConfig = z.infer<typeof datasetConfig>;
export type ModelConfig = z.infer<typeof modelConfig>;
export type ServiceConfig = z.infer<typeof serviceConfig>;

/** An ml.yaml as written: valid, defaults not yet filled in. steps.ts does that. */
export type MlConfig = DatasetConfig | ModelConfig | ServiceConfig;

/** JSON schema of ml.yaml. Draft 7: the newest that the YAML language server of VS Code supports in full. */
export function mlJsonSchema(): Readonly<Record<string, unknown>> {
  const union = z.discriminatedUnion('kind', [datasetConfig, modelConfig, serviceConfig]).meta({
    title: 'ml.yaml',
    description: 'What nx-ml needs to know of a dataset, a model or a service.',
  });
  return z.toJSONSchema(union, { target: 'draft-7', io: 'input' });
}

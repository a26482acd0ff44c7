import { datatypes } from '../bundle/datatypes.js';
import type { JsonValue } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import * as field from './ml-fields.js';

/** The key `package` of a model: what it is deployed as. */

const fileRule = 'the name of a file inside the project';
const file = z
  .string(fileRule)
  .regex(/^(?!\/|[A-Za-z]:)(?!(?:.*\/)?\.\.(?:\/|$))[^\\*?[\]{}!]*[^\\/*?[\]{}!]$/, {
    error: fileRule,
    abort: true,
  });

const sizeRule = 'a size of at least 0, or -1 for what varies';
const tensor = z.strictObject(
  {
    name: z
      .string('the name of a tensor')
      .min(1, 'the name of a tensor')
      .meta({ title: 'Name', description: 'The tensor’s name in the protocol.', examples: ['input'] }),
    datatype: z.enum(datatypes, `one of ${datatypes.join(', ')}`).meta({
      title: 'Type',
      description: 'A type of the Open Inference Protocol v2. BYTES holds texts.',
      examples: ['FP32'],
    }),
    shape: z.array(z.int(sizeRule).min(-1, sizeRule), 'a list of sizes').meta({
      title: 'Shape',
      description: 'Sizes of the dimensions; -1 for what varies. The first one counts rows.',
      examples: [[-1, 784]],
    }),
  },
  'a map with name, datatype and shape',
);
const tensorsRule = 'a list of tensors, none named twice';
const tensors = z
  .array(tensor, tensorsRule)
  .min(1, tensorsRule)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, { error: tensorsRule });

const signature = z.union(
  [
    file,
    z.strictObject(
      {
        inputs: tensors.meta({
          title: 'Inputs',
          description: 'What a request gives the model.',
          examples: [[{ name: 'x', datatype: 'FP32', shape: [-1, 4] }]],
        }),
        outputs: tensors.meta({
          title: 'Outputs',
          description: 'What the model answers.',
          examples: [[{ name: 'label', datatype: 'INT64', shape: [-1] }]],
        }),
      },
      'inputs and outputs, or the name of a JSON file with them',
    ),
  ],
  'inputs and outputs, or the name of a JSON file with them',
);

const exampleRule = 'a request, or the name of a JSON file with one';
/** What a value must be is told by the signature, when the model is packaged. */
const value = z.unknown() as unknown as z.ZodType<JsonValue>;
const exampleInput = z.strictObject(
  {
    name: z.string('the name of an input').meta({
      title: 'Name',
      description: 'An input of the signature.',
      examples: ['input'],
    }),
    datatype: z
      .string('a type')
      .meta({ title: 'Type', description: 'As in the signature.', examples: ['FP32'] }),
    shape: z.array(z.int('a size').min(0, 'a size'), 'a list of sizes').meta({
      title: 'Shape',
      description: 'Sizes of the dimensions of this request.',
      examples: [[1, 784]],
    }),
    data: z.array(value, 'a list of values').meta({
      title: 'Data',
      description: 'The values, row by row, flat or nested as the shape is.',
      examples: [[0.5, 1]],
    }),
  },
  'a map with name, datatype, shape and data',
);
const example = z.union(
  [
    file,
    z.strictObject(
      {
        inputs: z.array(exampleInput, 'a list of inputs').meta({
          title: 'Inputs',
          description: 'A value for each input of the signature.',
          examples: [[{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [0.5, 1] }]],
        }),
      },
      exampleRule,
    ),
  ],
  exampleRule,
);

const rowsRule = 'a whole number from 1 to 10000';
const delayRule = 'milliseconds, from 0 to 1000';
const batch = z
  .strictObject(
    {
      maxRows: z
        .int(rowsRule)
        .min(1, rowsRule)
        .max(10_000, rowsRule)
        .meta({
          title: 'Most rows',
          description: 'Rows that are answered together, at most.',
          examples: [64],
        }),
      maxDelay: z
        .number(delayRule)
        .min(0, delayRule)
        .max(1000, delayRule)
        .meta({
          title: 'Longest wait',
          description: 'Milliseconds that the first of them waits for others, at most.',
          examples: [2],
        }),
    },
    'a map with maxRows and maxDelay',
  )
  .optional()
  .meta({
    title: 'Batches',
    description: 'Requests that wait for one another to be answered together. Default: each on its own.',
    examples: [{ maxRows: 64, maxDelay: 2 }],
  });

const serve = z
  .strictObject(
    {
      onnx: file.optional().meta({
        title: 'ONNX file',
        description:
          'The file of the trained model that the gateway loads itself: its path in the folder that training filled.',
        examples: ['model.onnx'],
      }),
      batch,
      command: field.command.optional().meta({
        title: 'Command',
        description:
          'A process of your own that answers, in any language: started in the project’s folder of the bundle, with the model’s folder and a port in the JSON that ML_SERVE names.',
        examples: ['node serve.mjs', 'python serve.py'],
      }),
      code: field.globs.optional().meta({
        title: 'Code',
        description: 'Globs of files that the command needs beyond what its imports show.',
        examples: [['labels.txt']],
      }),
    },
    'a map with onnx or command',
  )
  .meta({
    title: 'Serving',
    description: 'Who answers: the gateway itself, with an ONNX file, or a command of your own.',
    examples: [{ onnx: 'model.onnx' }, { command: 'node serve.mjs' }],
  });

const prose = z.string('a text').min(1, 'a text').max(20_000, 'at most 20,000 characters');
const card = z.union(
  [
    file,
    z.strictObject(
      {
        intendedUse: prose.optional().meta({
          title: 'Intended use',
          description: 'Whom and what the model is for.',
          examples: ['Sorting the mails of one office.'],
        }),
        limitations: prose.optional().meta({
          title: 'Limitations',
          description: 'Where it fails, and what it must not be used for.',
          examples: ['English and German only.'],
        }),
        training: prose.optional().meta({
          title: 'Training',
          description: 'What is worth knowing of how it was trained.',
          examples: ['Naive Bayes over words.'],
        }),
        contact: prose.optional().meta({
          title: 'Contact',
          description: 'Who answers questions.',
          examples: ['The team of the mail service.'],
        }),
      },
      'a map of texts, or the name of a Markdown file',
    ),
  ],
  'a map of texts, or the name of a Markdown file',
);

const licenseRule = 'an SPDX expression such as Apache-2.0';

export const packaging = z
  .strictObject(
    {
      serve,
      signature: signature.meta({
        title: 'Signature',
        description: 'What the model takes and gives: inline, or the name of a JSON file in the project.',
        examples: ['signature.json'],
      }),
      example: example.meta({
        title: 'Example',
        description:
          'One request of the Open Inference Protocol that the model must answer before it is used: inline, or the name of a JSON file in the project.',
        examples: ['example.json'],
      }),
      card: card.optional().meta({
        title: 'Model card',
        description:
          'What the model card says beside what the run tells: texts, or the name of a Markdown file.',
        examples: [{ intendedUse: 'Sorting the mails of one office.' }],
      }),
      license: z
        .string(licenseRule)
        .regex(/^[A-Za-z0-9.+() -]{1,200}$/, { error: licenseRule, abort: true })
        .optional()
        .meta({
          title: 'Licence',
          description: 'The model’s licence, as an SPDX expression.',
          examples: ['Apache-2.0'],
        }),
      licenseFile: file.optional().meta({
        title: 'Text of the licence',
        description: 'A file of the project; it stands in the bundle as LICENSE.',
        examples: ['LICENSE'],
      }),
    },
    'a map with serve, signature and example',
  )
  .meta({
    title: 'Package',
    description: 'What the model is deployed as: how it is served, and what is told of it.',
    examples: [{ serve: { onnx: 'model.onnx' }, signature: 'signature.json', example: 'example.json' }],
  });

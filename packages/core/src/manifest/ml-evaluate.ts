import * as z from '../kernel/zod.js';
import { behaviourRules } from './behaviour-rules.js';
import { metrics, step } from './ml-shared-keys.js';

/** The key `evaluate` of a model: its command, and what is to be known of the predictions that it writes. */

const nameRule = 'a name: letters, digits, . _ -, at most 64 of them';
const shareRule = 'a share from 0 to 1';
const amountRule = 'a number of 0 or more';

const behaviour = z
  .strictObject(
    {
      name: z
        .string(nameRule)
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: nameRule, abort: true })
        .meta({
          title: 'Name',
          description:
            'The case that rows of the predictions belong to by `"behaviour": {"case": ...}`. The share of them that pass is the measure `behaviour.<name>`.',
          examples: ['negation'],
        }),
      test: z.enum(['invariance', 'direction', 'minimum'], '`invariance`, `direction` or `minimum`').meta({
        title: 'Test',
        description:
          '`invariance`: the answer is that of the example it was made `of`. `direction`: the score of the positive class, or the number that is predicted, moves. `minimum`: the answer is the label.',
        examples: ['invariance'],
      }),
      towards: z
        .enum(['up', 'down'], '`up` or `down`')
        .optional()
        .meta({
          title: 'Towards',
          description: 'Where the score must move: for `direction`.',
          examples: ['down'],
        }),
      delta: z
        .number(amountRule)
        .min(0, amountRule)
        .optional()
        .meta({
          title: 'Delta',
          description: 'By how much at least: for `direction`. Default: 0, it must not move the other way.',
          examples: [0.1],
        }),
      tolerance: z
        .number(amountRule)
        .min(0, amountRule)
        .optional()
        .meta({
          title: 'Tolerance',
          description: 'How far numbers that are predicted may lie apart: for `invariance`. Default: 0.',
          examples: [0.5],
        }),
      min: z
        .number(shareRule)
        .min(0, shareRule)
        .max(1, shareRule)
        .optional()
        .meta({
          title: 'Least share',
          description: 'The share of examples that must pass, for the report. Default: 1.',
          examples: [0.95],
        }),
    },
    'a map with name and test',
  )
  .superRefine(behaviourRules, { when: () => true });

const classRule = 'a class: a text, a number, true or false';

export const evaluate = z
  .strictObject(
    {
      ...step,
      metrics,
      positive: z
        .union([z.string(), z.number(), z.boolean()], classRule)
        .optional()
        .meta({
          title: 'Positive class',
          description:
            'The class, of two, that `score` speaks of and that auc, log_loss, brier and ece are measured for. Default: the greater of the two labels. Never part of the run key.',
          examples: ['spam'],
        }),
      behaviour: z
        .array(behaviour, 'a list of behavioural tests')
        .max(200, 'at most 200 behavioural tests')
        .refine((tests) => new Set(tests.map(({ name }) => name)).size === tests.length, {
          error: 'a list that names nothing twice',
        })
        .optional()
        .meta({
          title: 'Behavioural tests',
          description:
            'What must hold of examples that were made for it: the evaluation writes them with the others, marked by `behaviour`. They belong to no test set. Never part of the run key.',
          examples: [[{ name: 'negation', test: 'direction', towards: 'down' }]],
        }),
    },
    'a map with at least a command',
  )
  .meta({
    title: 'Evaluation',
    description: 'How each trained model is evaluated, in a run of its own that reads the model.',
    examples: [{ command: 'node evaluate.mjs' }],
  });

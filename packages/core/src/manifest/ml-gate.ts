import * as z from '../kernel/zod.js';
import * as field from './gate-fields.js';
import { floorRules, gateRules, guardrailRules, primaryRules } from './gate-rules.js';

/** The key `gate` of a model: what must be shown before it replaces the accepted one. */

const metric = field.metric.meta({
  title: 'Metric',
  description:
    'A measure that is computed from the predictions, `metrics.<name>` of what evaluate wrote to metrics.json, or `size`.',
  examples: ['accuracy', 'f1.macro', 'latency.p95', 'metrics.perplexity'],
});
const better = field.better.optional().meta({
  title: 'Better',
  description: 'Which way the metric points. Needed where its name does not tell.',
  examples: ['lower'],
});
const slice = field.slice.optional().meta({
  title: 'Slice',
  description:
    'The part of the test set that is meant: `lang=de`, `lang=*` for every slice of a key, each on its own, `*` for every slice of every key.',
  examples: ['lang=de', 'lang=*'],
});

const primary = z
  .strictObject(
    {
      metric,
      test: field.test.optional().meta({
        title: 'Test',
        description:
          '`superiority` (default): the candidate must be better. `non-inferiority` (default with `margin`): it must not be worse by the margin.',
        examples: ['non-inferiority'],
      }),
      minEffect: field.amount.optional().meta({
        title: 'Minimum effect',
        description:
          'The smallest gain that matters: 0.02 is two points of accuracy. It decides how many examples are enough; any gain that is shown passes. Default: 0.02.',
        examples: [0.01],
      }),
      margin: field.amount.optional().meta({
        title: 'Margin',
        description: 'How much worse still counts as not worse. Chosen before anything is measured.',
        examples: [0.01],
      }),
      better,
    },
    'a metric, or a map with metric',
  )
  .superRefine(primaryRules, { when: () => true });

const guardrail = z
  .strictObject(
    {
      metric,
      margin: field.amount.optional().meta({
        title: 'Margin',
        description: 'The candidate must not be worse by this much.',
        examples: [0.02],
      }),
      slice,
      maxRatio: field.ratio.optional().meta({
        title: 'Largest ratio',
        description: 'For what is measured once: the candidate’s value by the baseline’s.',
        examples: [1.1],
      }),
      maxIncrease: field.increase.optional().meta({
        title: 'Largest increase',
        description:
          'For what is measured once: by how much the candidate’s value may exceed the baseline’s.',
        examples: [5],
      }),
      across: field.sliceKey.optional().meta({
        title: 'Across',
        description: 'Fairness: the key whose slices the candidate must serve alike.',
        examples: ['lang'],
      }),
      maxGap: field.amount.optional().meta({
        title: 'Largest gap',
        description: 'How far apart the candidate’s best and worst slice of that key may be.',
        examples: [0.05],
      }),
      better,
    },
    'a map with metric and margin, maxRatio, maxIncrease, or across and maxGap',
  )
  .superRefine(guardrailRules, { when: () => true });

const floor = z
  .strictObject(
    {
      metric,
      min: field.limit.optional().meta({
        title: 'Least',
        description: 'The value must be at least this, beyond chance.',
        examples: [0.9],
      }),
      max: field.limit.optional().meta({
        title: 'Most',
        description: 'The value must be at most this, beyond chance.',
        examples: [50_000_000],
      }),
      slice,
    },
    'a map with metric and min or max',
  )
  .superRefine(floorRules, { when: () => true });

const budget = z.strictObject(
  {
    steps: field.steps.optional().meta({
      title: 'Steps',
      description: 'How many questions the test set answers. Default: 100.',
      examples: [100],
    }),
    promotions: field.steps.optional().meta({
      title: 'Promotions',
      description: 'After how many passes the test set is used up. Default: 1.',
      examples: [1],
    }),
    alpha: field.alpha.optional().meta({
      title: 'Alpha',
      description:
        'The chance, over the whole life of the test set, that anything passes by luck. Default: 0.05.',
      examples: [0.05],
    }),
  },
  'none, or a map with steps, promotions or alpha',
);

const control = z.strictObject(
  {
    negative: field.flag.optional().meta({
      title: 'Negative control',
      description:
        'Also judge candidates made of nothing but chance: one that passes makes the verdict invalid.',
      examples: [true],
    }),
  },
  'a map with negative',
);

const keys = {
  primary: z.union([field.metric, primary], 'a metric, or a map with metric').meta({
    title: 'Primary criterion',
    description: 'What the candidate must be better at, or not worse.',
    examples: ['accuracy', { metric: 'accuracy', minEffect: 0.01 }, { metric: 'log_loss', margin: 0.005 }],
  }),
  guardrails: z
    .array(guardrail, 'a list of guardrails')
    .max(50, 'at most 50 guardrails')
    .optional()
    .meta({
      title: 'Guardrails',
      description: 'What must not get worse for it: other metrics, slices, latency, size, fairness.',
      examples: [[{ metric: 'accuracy', slice: 'lang=*', margin: 0.05 }]],
    }),
  floors: z
    .array(floor, 'a list of floors')
    .max(50, 'at most 50 floors')
    .optional()
    .meta({
      title: 'Floors',
      description: 'What the candidate must reach on its own; all that a first model is judged by.',
      examples: [[{ metric: 'accuracy', min: 0.9 }]],
    }),
  budget: z
    .union([z.literal('none'), budget], 'none, or a map with steps, promotions or alpha')
    .optional()
    .meta({
      title: 'Budget',
      description:
        'How often the test set may be asked before it is replaced. `none` guarantees nothing over repeated use.',
      examples: [{ steps: 100, promotions: 1, alpha: 0.05 }, 'none'],
    }),
  power: field.power.optional().meta({
    title: 'Power',
    description: 'The chance with which the minimum effect should be seen. Default: 0.8.',
    examples: [0.9],
  }),
  disclosure: field.disclosure.optional().meta({
    title: 'Disclosure',
    description:
      'What a verdict shows that is no pass: only that (`bit`, the default), or all scores (`full`), which costs nearly all of the budget’s strength.',
    examples: ['bit'],
  }),
  testSet: field.testSet.optional().meta({
    title: 'Test set',
    description: 'Name of the test set whose budget is spent. Default: the name of the project.',
    examples: ['mails-test'],
  }),
  seed: field.seed.optional().meta({
    title: 'Seed',
    description: 'The seed whose model is the candidate. Default: the lowest.',
    examples: [1],
  }),
  control: control.optional().meta({
    title: 'Control',
    description: 'What the gate tries on itself.',
    examples: [{ negative: true }],
  }),
};

const rule = 'a metric, or a map with primary';

export const gate = z
  .union([field.metric, z.strictObject(keys, rule)], rule)
  .superRefine(gateRules, { when: () => true })
  .meta({
    title: 'Gate',
    description:
      'What the model must show, on examples that it has not seen, before it replaces the accepted one.',
    examples: [
      'accuracy',
      { primary: { metric: 'accuracy', minEffect: 0.01 }, floors: [{ metric: 'accuracy', min: 0.9 }] },
    ],
  });

import * as z from '../kernel/zod.js';
import { seeds, timeout } from './ml-fields.js';
import * as field from './tune-fields.js';
import { objectiveRules, spaceRules, tuneRules } from './tune-rules.js';

/** The key `tune` of a model: what is searched, for what, and when that ends. */

const rule = 'a metric, or a map with metric';

const objective = z
  .union(
    [
      field.metric,
      z.strictObject(
        {
          metric: field.metric.meta({
            title: 'Metric',
            description:
              'A measure of the predictions of `evaluate` on rows that are not of the test set, `metrics.<name>` of what it wrote to metrics.json, or with `step: train` a name of what `train` wrote.',
            examples: ['accuracy', 'log_loss', 'metrics.validation.accuracy'],
          }),
          step: field.objectiveStep.optional().meta({
            title: 'Step',
            description: 'Whose metric it is. Default: `evaluate` where there is one, else `train`.',
            examples: ['train'],
          }),
          direction: field.direction.optional().meta({
            title: 'Direction',
            description:
              '`maximize` or `minimize`. Needed where the name of the metric does not tell which way is better.',
            examples: ['minimize'],
          }),
          split: field.split.optional().meta({
            title: 'Split',
            description:
              'The rows of the predictions that a measure is of, by their `split`. Default: all that are not of the test set. Never `test`.',
            examples: ['validation'],
          }),
        },
        rule,
      ),
    ],
    rule,
  )
  .superRefine(objectiveRules, { when: () => true });

const budget = z.strictObject(
  {
    time: timeout.optional().meta({
      title: 'Time',
      description:
        'No trial begins once the commands of all trials took this long together; two at once use it up twice as fast.',
      examples: ['2h'],
    }),
    cost: field.cost.optional().meta({
      title: 'Cost',
      description:
        'No trial begins once the commands of all trials cost this much, by the prices of hours and GPU-hours in nx.json.',
      examples: [10],
    }),
  },
  'a map with time or cost',
);

export const tune = z
  .strictObject(
    {
      space: field.space.superRefine(spaceRules).meta({
        title: 'Space',
        description:
          'What each parameter may be: a list of choices, or `float` or `int` with its lowest and highest value, `log: true` where its order of magnitude is what matters, `step`, and `when` for one that exists only beside certain values of another. `optimizer.rate` is `rate` in the map `optimizer`.',
        examples: [{ alpha: { float: [0.001, 10], log: true }, stemmer: ['none', 'porter'] }],
      }),
      objective: objective.optional().meta({
        title: 'Objective',
        description: 'What is optimised, on data that is not of the test set.',
        examples: ['accuracy', { metric: 'loss', step: 'train', direction: 'minimize' }],
      }),
      objectives: z
        .array(objective, 'a list of objectives')
        .min(1, 'at least one objective')
        .max(10, 'at most 10 objectives')
        .optional()
        .meta({
          title: 'Objectives',
          description:
            'Several objectives: all are told with each trial, and the sampler heeds them all. The first decides which trial is best, and is what pruning looks at.',
          examples: [['accuracy', { metric: 'latency.p95' }]],
        }),
      trials: field.trials.optional().meta({
        title: 'Trials',
        description:
          'How many trials there are in all, those of earlier runs included that still count. Default: 50.',
        examples: [50],
      }),
      budget: budget.optional().meta({
        title: 'Budget',
        description: 'What the commands of all trials may take.',
        examples: [{ time: '2h', cost: 10 }],
      }),
      minGain: field.gain.optional().meta({
        title: 'Least gain',
        description:
          'No trial begins once all that are left are expected to improve the first objective by less than this, judged by the last 30. Default: all trials are run.',
        examples: [0.001],
      }),
      parallel: field.parallel.optional().meta({
        title: 'Parallel',
        description: 'Trials at once, as far as GPUs and memory suffice. Default: 1.',
        examples: [2],
      }),
      seeds: seeds.optional().meta({
        title: 'Seeds',
        description:
          'Seeds of each trial; what is optimised is the mean. Default: the first of `train.seeds`: the leaders are tried on all of them in the end.',
        examples: [[1, 2, 3]],
      }),
      sampler: field.sampler.optional().meta({
        title: 'Sampler',
        description:
          'Who suggests parameters: `tpe` (default), which learns from the trials so far, `sobol`, which fills the space evenly, `random`, or `grid`, which takes every combination once.',
        examples: ['tpe'],
      }),
      seed: field.seed.optional().meta({
        title: 'Seed of the sampler',
        description: 'The same seed and the same results suggest the same parameters. Default: 0.',
        examples: [1],
      }),
      pruner: z
        .union(
          [
            field.pruner,
            z.strictObject(
              {
                name: field.pruner.meta({
                  title: 'Name',
                  description: '`asha`, `halving`, `median` or `none`.',
                  examples: ['asha'],
                }),
                metric: field.metric.optional().meta({
                  title: 'Metric',
                  description:
                    'The number in the lines of progress.jsonl. Default: the last word of the objective’s name.',
                  examples: ['val_loss'],
                }),
              },
              'a pruner, or a map with name',
            ),
          ],
          'a pruner, or a map with name',
        )
        .optional()
        .meta({
          title: 'Pruner',
          description:
            'Ends trials early that fall behind, by what `train` appends to progress.jsonl: `asha`, `halving`, `median`, or `none` (default).',
          examples: ['asha', { name: 'median', metric: 'val_loss' }],
        }),
      maxFailures: field.failures.optional().meta({
        title: 'Most failures',
        description: 'So many trials may fail in one command before it ends. Default: 5.',
        examples: [5],
      }),
    },
    'a map with space and objective',
  )
  .superRefine(tuneRules, { when: () => true })
  .meta({
    title: 'Tune',
    description:
      'Which parameters are searched for the best result on data that is not of the test set: `nx tune` of this model.',
    examples: [{ space: { alpha: { float: [0.001, 10], log: true } }, objective: 'accuracy', trials: 50 }],
  });

import * as z from '../kernel/zod.js';
import { deployGuardrailRules, deployRules, environmentRules, targetRules } from './deploy-rules.js';
import * as field from './deploy-fields.js';
import { kubernetes } from './ml-kubernetes.js';
import { command, timeout, variables } from './ml-fields.js';

/** The key `deploy` of a service: where it is served, and how a new release comes to be. */

const target = z
  .strictObject(
    {
      gateway: field.address.optional().meta({
        title: 'Gateway',
        description: 'Address of the admin API of an nx-ml-server gateway. Never with credentials in it.',
        examples: ['http://127.0.0.1:9321'],
      }),
      token: field.variable.optional().meta({
        title: 'Token',
        description:
          'Name of the environment variable that holds its admin token. Default: NX_ML_GATEWAY_TOKEN.',
        examples: ['MAIL_API_TOKEN'],
      }),
      command: command.optional().meta({
        title: 'Command',
        description:
          'A command line of your own that knows how to reach what serves, started in the service’s folder once for each call: a JSON document on its standard input, one on its standard output. docs/design/deploy.md says which.',
        examples: ['node tools/serve-by-nomad.mjs'],
      }),
      env: variables.optional().meta({
        title: 'Variables of the command',
        description:
          'Variables of the environment that the command may see, beside those that every command sees.',
        examples: [['NOMAD_ADDR', 'NOMAD_TOKEN']],
      }),
      kubernetes: kubernetes.optional().meta({
        title: 'Kubernetes',
        description: 'A cluster, by its API server. docs/guides/deploy-kubernetes.md',
        examples: [{ kind: 'kserve', bundle: 'oci://registry.example/models/{model}@{digest}' }],
      }),
    },
    'a map with gateway, command or kubernetes',
  )
  .superRefine(targetRules, { when: () => true })
  .meta({
    title: 'Target',
    description: 'What serves the releases.',
    examples: [{ gateway: 'http://127.0.0.1:9321' }],
  });

const guardrail = z
  .strictObject(
    {
      name: field.guardrailName.meta({
        title: 'Name',
        description:
          '`errors`: answers that fail. `slow`: answers over the latency budget. `feedback.<name>`: bad labels that came for answers.',
        examples: ['errors'],
      }),
      worse: field.ratio.optional().meta({
        title: 'Worse',
        description:
          'The candidate is rolled back when its rate is shown to be above so many times the baseline’s. Default: 1, any more.',
        examples: [1],
      }),
      clear: field.ratio.optional().meta({
        title: 'Clear',
        description:
          'It is promoted when its rate is shown to be below so many times the baseline’s; above 1. Default: 1.4, or twice `worse` where that is more than 1.',
        examples: [1.4],
      }),
      tolerated: field.rate.optional().meta({
        title: 'Tolerated',
        description:
          'A rate that is harmless whatever the baseline’s is. Default: 0.001 for errors, 0.01 for the others.',
        examples: [0.001],
      }),
    },
    'a map with name',
  )
  .superRefine(deployGuardrailRules, { when: () => true });

const requests = z.strictObject(
  {
    least: field.count.optional().meta({
      title: 'Least',
      description: 'Answers of the candidate at each share before it goes on. Default: 100.',
      examples: [100],
    }),
    most: field.count.optional().meta({
      title: 'Most',
      description:
        'Requests of both arms after which an undecided roll-out ends as inconclusive. Default: 1000000.',
      examples: [200_000],
    }),
  },
  'a map with least or most',
);

const environment = z
  .strictObject(
    {
      name: field.name.meta({
        title: 'Name',
        description: 'Name of the environment. The first one of the list is meant where none is named.',
        examples: ['production'],
      }),
      target,
      strategy: field.strategy.optional().meta({
        title: 'Strategy',
        description:
          '`canary` (default): rising shares of the traffic, by evidence. `blue-green`: all of it, and back when a guardrail is missed. `shadow`: answers are compared, and nobody sees them. `recreate`: all of it as soon as it answers its examples.',
        examples: ['canary'],
      }),
      steps: field.shares.optional().meta({
        title: 'Steps',
        description:
          'Shares of the traffic that a candidate gets, one after another. Default: [0.05, 0.25, 0.5].',
        examples: [[0.05, 0.25, 0.5]],
      }),
      guardrails: z
        .array(guardrail, 'a list of guardrails')
        .min(1, 'at least one guardrail')
        .max(20, 'at most 20 guardrails')
        .optional()
        .meta({
          title: 'Guardrails',
          description:
            'What must not get worse on real traffic. Default: errors, and slow where there is a latency budget.',
          examples: [[{ name: 'errors', clear: 1.4 }, { name: 'slow' }]],
        }),
      alpha: field.alpha.optional().meta({
        title: 'Alpha',
        description:
          'The chance, over all looks at all guardrails, that a release that is no worse is rolled back; and that one is promoted that is as bad as `clear`. Default: 0.05.',
        examples: [0.05],
      }),
      requests: requests.optional().meta({
        title: 'Requests',
        description: 'The least and the most that is waited for.',
        examples: [{ least: 100, most: 200_000 }],
      }),
      patience: timeout.optional().meta({
        title: 'Patience',
        description: 'The time that a roll-out may take. Default: 1h.',
        examples: ['30m'],
      }),
      lease: field.lease.optional().meta({
        title: 'Lease',
        description:
          'Seconds that a candidate keeps its share when whoever rolls it out is gone. Default: 10.',
        examples: [10],
      }),
      share: field.share.optional().meta({
        title: 'Share',
        description: 'For `shadow`: the share of the requests that are compared. Default: 1.',
        examples: [0.2],
      }),
      differences: field.rate.optional().meta({
        title: 'Differences',
        description: 'For `shadow`: the share of the answers that may differ. Default: 0.05.',
        examples: [0.05],
      }),
    },
    'a map with name and target',
  )
  .superRefine(environmentRules, { when: () => true });

const feedback = z.strictObject(
  {
    name: field.name.meta({
      title: 'Name',
      description: 'Name of the feedback, as it is sent.',
      examples: ['stars'],
    }),
    bad: z.enum(['below', 'above'], '`below` or `above`').meta({
      title: 'Bad',
      description: 'Which side of the number is bad.',
      examples: ['below'],
    }),
    than: field.limit.meta({ title: 'Than', description: 'The number.', examples: [3] }),
  },
  'a map with name, bad and than',
);

export const deploy = z
  .strictObject(
    {
      latencyBudget: field.milliseconds.optional().meta({
        title: 'Latency budget',
        description:
          'Milliseconds: later answers count as slow, and a release whose examples take longer (95th percentile) is not rolled out. Part of the release.',
        examples: [50],
      }),
      feedback: z
        .array(feedback, 'a list of feedback')
        .max(20, 'at most 20 kinds of feedback')
        .optional()
        .meta({
          title: 'Feedback',
          description: 'When a number that comes as feedback is bad. Part of the release.',
          examples: [[{ name: 'stars', bad: 'below', than: 3 }]],
        }),
      environments: z
        .array(environment, 'a list of environments')
        .min(1, 'at least one environment')
        .max(50, 'at most 50 environments')
        .meta({
          title: 'Environments',
          description: 'Where the service runs.',
          examples: [[{ name: 'production', target: { gateway: 'http://127.0.0.1:9321' } }]],
        }),
    },
    'a map with environments',
  )
  .superRefine(deployRules, { when: () => true })
  .meta({
    title: 'Deploy',
    description: 'Where the service is served, and how a new release comes to serve.',
    examples: [{ environments: [{ name: 'production', target: { gateway: 'http://127.0.0.1:9321' } }] }],
  });

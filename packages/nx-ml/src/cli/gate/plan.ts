import { planGate } from '@nx-ml/core/gate';
import type { PlanFacts } from '@nx-ml/core/gate';

import { gatePlanText } from '../../report/gate-plan-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand, ParsedOptions } from '../command.js';
import { withGate } from './at-hand.js';

const help = `nx-ml gate plan [PROJECT...] [--disagreement SHARE] [--spread SD] [--have N] [--json]

Tells how many examples the gate of a model needs, before anybody labels them: for the effect that its ml.yaml asks for and
for others about it, at the level that its budget leaves for one answer. Asks nothing and spends nothing.

  PROJECT               these models; default: all that have a gate
  --disagreement SHARE  on how many examples the two models differ, from 0 to 1; needs no label: predict with both
  --spread SD           for a loss or an error: standard deviation of its difference between the two models
  --have N              examples that there are: tells what they can show
  --json                one JSON object a line: {project, alpha, power, metric, test, by, budget, rows, floors, have}

Examples
  nx-ml gate plan spam-filter
  nx-ml gate plan spam-filter --disagreement 0.1 --have 1200
`;

const options = {
  disagreement: { type: 'string' },
  spread: { type: 'string' },
  have: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const gatePlan: CliCommand = {
  help,
  run: (args, io) => {
    const parsed = parseOptions(args, options, help);
    const facts = factsIn(parsed);
    return withGate({ cwd: io.cwd, names: parsed.positionals, help }, ({ models }) => {
      const plans = models.map(({ project, policy }) => ({ project, plan: planGate(policy, facts) }));
      for (const { project, plan } of plans)
        io.write(
          parsed.values['json'] === true
            ? `${JSON.stringify({ project, ...plan })}\n`
            : gatePlanText(plan, project),
        );
      return Promise.resolve(0);
    });
  },
};

function factsIn({ values }: ParsedOptions): PlanFacts {
  return {
    disagreement: numberIn(
      values,
      'disagreement',
      (value) => value > 0 && value <= 1,
      'a share above 0, at most 1',
    ),
    spread: numberIn(values, 'spread', (value) => value > 0, 'a number above 0'),
    have: numberIn(
      values,
      'have',
      (value) => Number.isSafeInteger(value) && value > 0,
      'a whole number above 0',
    ),
  };
}

function numberIn(
  values: ParsedOptions['values'],
  name: string,
  isAllowed: (value: number) => boolean,
  allowed: string,
): number | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && isAllowed(value)) return value;
  throw usageError(`--${name} takes ${allowed}, not "${text}"`, help);
}

import { retireTestSet } from '@nx-ml/core/usecases/gate';

import { countText } from '../../report/quantities.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { withGate } from './at-hand.js';
import { nameOfUser } from './name-of-user.js';

const help = `nx-ml gate retire PROJECT --reason TEXT [--by NAME]

Retires the test set of a model: its examples may not answer again, and the next question opens a new budget on other ones. Use it
when the budget is spent, or the set has leaked into training. First put new examples where "evaluate" reads them. At
nx-ml-server it takes a token of the scope protected.

  --reason TEXT   why
  --by NAME       who; default: user.name of git

Examples
  nx-ml gate retire spam-filter --reason "its promotion is used; mails of November replace it"
`;

export const gateRetire: CliCommand = {
  help,
  run: (args, io) => {
    const options = { reason: { type: 'string' }, by: { type: 'string' } } as const;
    const { values, positionals } = parseOptions(args, options, help);
    const [project] = positionals;
    const { reason } = values;
    if (project === undefined || positionals.length > 1)
      throw usageError('nx-ml gate retire needs one project', help);
    if (typeof reason !== 'string' || reason.trim() === '')
      throw usageError('Retiring needs a --reason', help);
    return withGate({ cwd: io.cwd, names: [project], help }, async (gate) => {
      const [model] = gate.models;
      const testSet = model?.testSet ?? project;
      const by = await nameOfUser(values.by, gate, help);
      const state = await retireTestSet(testSet, { by, reason }, { ...gate, journals: gate.stores.journals });
      io.write(
        `${testSet}  retired after ${countText(state.stepsUsed, 'step')} and ${countText(state.promotions, 'promotion')}\n`,
      );
      return 0;
    });
  },
};

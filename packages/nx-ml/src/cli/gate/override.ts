import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { acceptCommand } from './accept.js';
import { nameOfUser } from './name-of-user.js';

const help = `nx-ml gate override PROJECT --reason TEXT [--by NAME] [--json]

Accepts a model that did not pass its gate. Reason and name stand in the journal of the test set and with the model, and stay
there. The test set's guarantee does not cover what is let through. At nx-ml-server it takes a token of the scope protected.

  --reason TEXT   why
  --by NAME       who; default: user.name of git
  --json          one JSON object: {project, model, because, by, reason, isNew}

Examples
  nx-ml gate override spam-filter --reason "legal asked for the new vocabulary, see ticket 812"
`;

export const gateOverride: CliCommand = {
  help,
  run: (args, io) => {
    const options = {
      reason: { type: 'string' },
      by: { type: 'string' },
      json: { type: 'boolean' },
    } as const;
    const { values, positionals } = parseOptions(args, options, help);
    const { reason, by, json } = values;
    if (typeof reason !== 'string' || reason.trim() === '')
      throw usageError('An override needs a --reason', help);
    return acceptCommand(positionals, {
      io,
      help,
      json: json === true,
      override: async (gate) => ({ reason, by: await nameOfUser(by, gate, help) }),
    });
  },
};

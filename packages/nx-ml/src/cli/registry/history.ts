import { Registry } from '@nx-ml/core/usecases/registry';

import { historyText } from '../../report/registry-text.js';
import { parseOptions } from '../command.js';
import type { CliCommand } from '../command.js';
import { withWorkspace } from '../with-workspace.js';
import { modelNamed } from './models.js';

const help = `nx-ml registry history MODEL [--json]

Prints all that was ever written about a model: versions, champions with their reasons, aliases. Nothing is ever removed.

  --json   one JSON object a line, as it is kept

Examples
  nx-ml registry history spam-filter
`;

export const registryHistory: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    return withWorkspace(io.cwd, async (deps) => {
      const model = await modelNamed(positionals, deps, help);
      const entries = await new Registry(deps.stores.journals, deps.workspaceId).history(model);
      io.write(
        values['json'] === true
          ? entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
          : historyText(model, entries),
      );
      return 0;
    });
  },
};

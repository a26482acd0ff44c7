import { DeployJournal } from '@nx-ml/core/usecases/deploy';

import { withService } from '../../deploy/service-at-hand.js';
import { historyLines } from '../../report/rollback-text.js';
import { systemClock } from '../../system-clock.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';

const help = `nx-ml deploy history SERVICE [--env NAME] [--json]

Lists what was deployed to an environment, the newest last: by whom, how, and how it ended. What serves is not asked.

  --env NAME  environment; default: the first one of its ml.yaml
  --json      the entries of the journal, one JSON object a line

Examples
  nx-ml deploy history mail-api
`;

export const deployHistory: CliCommand = {
  help,
  run(args, io) {
    const options = { env: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options, help);
    const [service] = positionals;
    if (service === undefined || positionals.length > 1) throw usageError('One service is needed', help);
    const environment = values.env === undefined ? undefined : String(values.env);
    return withService({ cwd: io.cwd, service, environment }, async ({ place, stores, workspaceId }) => {
      const entries = await new DeployJournal(stores.journals, workspaceId, place).entries();
      io.write(
        values['json'] === true
          ? entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
          : historyLines(entries, place, systemClock.now()),
      );
      return 0;
    });
  },
};

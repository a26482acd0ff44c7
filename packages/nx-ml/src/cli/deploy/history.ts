import { deploymentsOf } from '@nx-ml/core/manifest';
import { DeployJournal } from '@nx-ml/core/usecases/deploy';

import { historyLines } from '../../report/rollback-text.js';
import { systemClock } from '../../system-clock.js';
import { findMlProject } from '../ask-workspace.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { withWorkspace } from '../with-workspace.js';

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
    return withWorkspace(io.cwd, async (deps) => {
      const { config } = await findMlProject(service, deps);
      const environment =
        values.env === undefined ? deploymentsOf(config)[0]?.environment : String(values.env);
      if (environment === undefined) throw usageError(`${service} has no "deploy:" in its ml.yaml`, help);
      const place = { service, environment };
      const journal = new DeployJournal(deps.stores.journals, deps.workspaceId, place);
      const entries = await journal.entries();
      io.write(
        values['json'] === true
          ? entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
          : historyLines(entries, place, systemClock.now()),
      );
      return 0;
    });
  },
};

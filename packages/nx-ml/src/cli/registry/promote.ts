import { promotePackaged } from '@nx-ml/core/usecases/promote';
import { StepResults } from '@nx-ml/core/usecases/plan';

import { promotionText } from '../../report/promotion-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { nameOfUser } from '../gate/name-of-user.js';
import { withWorkspace } from '../with-workspace.js';
import { modelNamed } from './models.js';

const help = `nx-ml registry promote MODEL [--override REASON] [--by NAME] [--dry-run] [--json]

Registers the bundle that the workspace packaged as a version, and makes it the champion: on a passing verdict for exactly the model
that it holds. nx run MODEL:promote does the same after packaging and judging it.

  --override REASON   promote without a pass. Reason and name stand in the journals of the test set and of the registry
  --by NAME           who overrides; default: user.name of git
  --dry-run           verify all and tell what would be done
  --json              one JSON object: {model, version, from, entries}

Examples
  nx-ml registry promote spam-filter
  nx-ml registry promote spam-filter --override "legal asked for it, see ticket 812"
`;

const options = {
  override: { type: 'string' },
  by: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const registryPromote: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const reason = values['override'];
    if (typeof reason === 'string' && reason.trim() === '')
      throw usageError('--override needs a reason', help);
    const dryRun = values['dry-run'] === true;
    return withWorkspace(io.cwd, async (deps) => {
      const project = await modelNamed(positionals, deps, help);
      const override =
        typeof reason === 'string' ? { reason, by: await nameOfUser(values['by'], deps, help) } : undefined;
      const results = new StepResults(deps);
      const plan = await promotePackaged({ project, override, dryRun }, { ...deps, results });
      io.write(
        values['json'] === true
          ? `${JSON.stringify({ model: project, ...plan })}\n`
          : `${project}  ${promotionText(plan, dryRun)}\n`,
      );
      return 0;
    });
  },
};

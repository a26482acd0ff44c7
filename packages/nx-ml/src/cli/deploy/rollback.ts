import { drillRollback, rollback as goBack } from '@nx-ml/core/usecases/deploy';
import type { DeployDeps, Place } from '@nx-ml/core/usecases/deploy';

import { deployDeps, withService } from '../../deploy/service-at-hand.js';
import { drillText, rollbackText } from '../../report/rollback-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand, CliIo } from '../command.js';
import { nameOfUser } from '../gate/name-of-user.js';

const help = `nx-ml rollback SERVICE [--env NAME] [--to RELEASE] --reason TEXT [--by NAME] [--json]
nx-ml rollback SERVICE --drill [--env NAME] [--json]

Goes back at once: where a candidate is out to what is served beside it, else to the release that was served before. What serves knows
the way by itself, so that neither the store nor the registry has to be there; the journal is told afterwards. What was gone back
from is not deployed again unasked.

  --env NAME     environment; default: the first one of its ml.yaml
  --to RELEASE   the first digits of a release that served before (nx-ml deploy history lists them)
  --reason TEXT  why
  --by NAME      who; default: user.name of git
  --drill        rehearse it on what serves, without changing what users get, and tell how long it would take
  --json         one JSON object

Examples
  nx-ml rollback mail-api --reason "customers see empty answers, see ticket 97"
  nx-ml rollback mail-api --drill
`;

const options = {
  env: { type: 'string' },
  to: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  drill: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const rollback: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const [service] = positionals;
    if (service === undefined || positionals.length > 1) throw usageError('One service is needed', help);
    const { reason, drill, to, by } = values;
    const json = values['json'] === true;
    if (drill !== true && (typeof reason !== 'string' || reason.trim() === ''))
      throw usageError('A rollback needs a --reason', help);
    const environment = values.env === undefined ? undefined : String(values.env);
    const request = { cwd: io.cwd, service, environment, storeLater: true } as const;
    return withService(request, async (at) => {
      const deps = deployDeps(at, () => undefined);
      if (drill === true) return rehearse(at.place, deps, { io, json });
      const name = await nameOfUser(by, at, help);
      const asked = {
        place: at.place,
        reason: String(reason),
        by: name,
        ...(to === undefined ? {} : { to: String(to) }),
      };
      const result = await goBack(asked, deps);
      io.write(json ? `${JSON.stringify(result)}\n` : rollbackText(result, at.place));
      return 0;
    });
  },
};

async function rehearse(
  place: Place,
  deps: DeployDeps,
  { io, json }: { readonly io: CliIo; readonly json: boolean },
): Promise<number> {
  const drilled = await drillRollback(place, deps);
  io.write(json ? `${JSON.stringify(drilled)}\n` : drillText(drilled, place));
  return 0;
}

import { championOf } from '@nx-ml/core/registry';
import { Registry } from '@nx-ml/core/usecases/registry';

import { registryTable } from '../../report/registry-text.js';
import type { RegistryOfModel } from '../../report/registry-text.js';
import { systemClock } from '../../system-clock.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { withWorkspace } from '../with-workspace.js';
import { modelNames } from './models.js';

const help = `nx-ml registry list [--json]

Lists the models of the workspace that have a version or a champion: which version is champion, since when and why, and what
other aliases stand for.

  --json   one JSON object a line: {model, champion, versions, aliases}

Examples
  nx-ml registry list
`;

export const registryList: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    if (positionals.length > 0) throw usageError('nx-ml registry list takes no arguments', help);
    return withWorkspace(io.cwd, async (deps) => {
      const registry = new Registry(deps.stores.journals, deps.workspaceId);
      const all = await Promise.all(
        modelNames(deps).map(async (model) => ({ model, state: await registry.state(model) })),
      );
      const known = all.filter(({ state }) => state.length > 0);
      io.write(
        values['json'] === true ? known.map(jsonLine).join('') : registryTable(known, systemClock.now()),
      );
      return 0;
    });
  },
};

function jsonLine({ model, state }: RegistryOfModel): string {
  const aliases = Object.fromEntries(state.aliases);
  const versions = state.versions.length;
  return `${JSON.stringify({ model, champion: championOf(state) ?? null, versions, aliases })}\n`;
}

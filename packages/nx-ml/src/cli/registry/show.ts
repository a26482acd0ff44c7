import { championOf, resolveVersion } from '@nx-ml/core/registry';
import type { VersionEntry } from '@nx-ml/core/registry';
import { Registry } from '@nx-ml/core/usecases/registry';

import { modelText, versionDetails } from '../../report/registry-text.js';
import type { RegistryOfModel } from '../../report/registry-text.js';
import { systemClock } from '../../system-clock.js';
import { parseOptions } from '../command.js';
import type { CliCommand } from '../command.js';
import { withWorkspace } from '../with-workspace.js';
import { modelAndVersion, modelOf } from './models.js';

const help = `nx-ml registry show MODEL[@VERSION] [--json]

Shows the champion and the versions of a model; with a version, or an alias that stands for one, all that is known of it.

  --json   one JSON object: {model, champion, aliases, versions}, or the version

Examples
  nx-ml registry show spam-filter
  nx-ml registry show spam-filter@3
  nx-ml registry show spam-filter@champion --json
`;

export const registryShow: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    const { name, version } = modelAndVersion(positionals, help);
    return withWorkspace(io.cwd, async (deps) => {
      const model = await modelOf(name, deps, help);
      const state = await new Registry(deps.stores.journals, deps.workspaceId).state(model);
      const shown = { model, state };
      const one = version === undefined ? undefined : versionAsked(shown, version);
      io.write(values['json'] === true ? `${JSON.stringify(one ?? stateJson(shown))}\n` : textOf(shown, one));
      return 0;
    });
  },
};

function versionAsked({ model, state }: RegistryOfModel, version: number | string): VersionEntry | undefined {
  return state.versions[resolveVersion(state, version, model) - 1];
}

function textOf(shown: RegistryOfModel, one: VersionEntry | undefined): string {
  return one === undefined ? modelText(shown, systemClock.now()) : versionDetails(one, shown);
}

function stateJson({ model, state }: RegistryOfModel): object {
  const { versions, aliases } = state;
  return { model, champion: championOf(state) ?? null, aliases: Object.fromEntries(aliases), versions };
}

import { Registry, setAlias } from '@nx-ml/core/usecases/registry';

import { systemClock } from '../../system-clock.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { withWorkspace } from '../with-workspace.js';
import { modelOf, versionOrAlias } from './models.js';

const help = `nx-ml registry alias MODEL NAME VERSION [--reason TEXT] [--by NAME] [--dry-run]
nx-ml registry alias MODEL NAME --remove

Makes a name of your own stand for a version: "staging", "candidate", "customer-x". It claims nothing about the version. The
alias "champion" moves on evidence alone: nx run MODEL:promote.

  VERSION         a number, or an alias that stands for one
  --remove        the name stands for nothing from here on; its history stays
  --reason TEXT   why
  --by NAME       who
  --dry-run       only tell

Examples
  nx-ml registry alias spam-filter staging 4
  nx-ml registry alias spam-filter customer-x champion --reason "their contract"
`;

const options = {
  remove: { type: 'boolean' },
  reason: { type: 'string' },
  by: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

export const registryAlias: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const { name, alias, to } = asked(positionals, values['remove'] === true);
    const dryRun = values['dry-run'] === true;
    const said = { ...text('by', values.by), ...text('reason', values.reason) };
    return withWorkspace(io.cwd, async (deps) => {
      const project = await modelOf(name, deps, help);
      const registry = new Registry(deps.stores.journals, deps.workspaceId);
      const request = { project, alias, to, ...said, dryRun };
      const entry = await setAlias(request, { registry, clock: systemClock });
      const goal = entry?.version ?? null;
      const stands = goal === null ? 'nothing' : `v${String(goal)}`;
      io.write(
        entry === undefined
          ? `${project}  "${alias}" stands for that already\n`
          : `${project}  "${alias}" ${dryRun ? 'would stand' : 'stands'} for ${stands}\n`,
      );
      return 0;
    });
  },
};

interface Asked {
  readonly name: string;
  readonly alias: string;
  readonly to: number | string | null;
}

function asked(positionals: readonly string[], remove: boolean): Asked {
  const [name, alias, version] = positionals;
  if (name === undefined || alias === undefined || positionals.length !== (remove ? 2 : 3))
    throw usageError(
      remove ? 'A model and an alias are needed' : 'A model, an alias and a version are needed',
      help,
    );
  return { name, alias, to: version === undefined ? null : versionOrAlias(version) };
}

function text(
  key: 'by' | 'reason',
  value: string | boolean | undefined,
): Partial<Record<typeof key, string>> {
  return typeof value === 'string' && value.trim() !== '' ? { [key]: value } : {};
}

import { shortDigest } from '@nx-ml/core/kernel';
import type { ChampionEntry } from '@nx-ml/core/registry';
import { Registry, rollBackChampion } from '@nx-ml/core/usecases/registry';

import { systemClock } from '../../system-clock.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { nameOfUser } from '../gate/name-of-user.js';
import { withWorkspace } from '../with-workspace.js';
import { modelNamed } from './models.js';

const help = `nx-ml registry rollback MODEL --reason TEXT [--to VERSION] [--by NAME] [--dry-run] [--json]

Makes an earlier champion of a model the champion again, with the evidence that it had then. By itself it goes to the one before, and
never to one that somebody went back from. What was gone back from is not promoted again by the evidence that it had: that
takes nx-ml gate override. Services go on with what they serve; nx run SERVICE:rollback is the quick way for those.

  --reason TEXT   why
  --to VERSION    a version that was champion
  --by NAME       who; default: user.name of git
  --dry-run       only tell
  --json          the entry, one JSON object

Examples
  nx-ml registry rollback spam-filter --reason "complaints about invoices, see ticket 97"
  nx-ml registry rollback spam-filter --to 3 --reason "the last one before the new tokenizer" --dry-run
`;

const options = {
  reason: { type: 'string' },
  to: { type: 'string' },
  by: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const registryRollback: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const { reason } = values;
    if (typeof reason !== 'string' || reason.trim() === '')
      throw usageError('A rollback needs a --reason', help);
    const to = versionAsked(values.to);
    return withWorkspace(io.cwd, async (deps) => {
      const project = await modelNamed(positionals, deps, help);
      const registry = new Registry(deps.stores.journals, deps.workspaceId);
      const by = await nameOfUser(values.by, deps, help);
      const dryRun = values['dry-run'] === true;
      const entry = await rollBackChampion(
        { project, to, by, reason, dryRun },
        { registry, clock: systemClock },
      );
      io.write(values['json'] === true ? `${JSON.stringify(entry)}\n` : textOf(project, entry, dryRun));
      return 0;
    });
  },
};

function versionAsked(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw usageError(`--to takes the number of a version, not "${String(text)}"`, help);
}

function textOf(project: string, { model, version, at }: ChampionEntry, dryRun: boolean): string {
  const what = version === undefined ? '' : `v${String(version)}, `;
  const verb = dryRun ? 'would be' : 'is';
  return `${project}  ${what}model ${shortDigest(model.digest)} ${verb} the champion again${dryRun ? '' : ` (${at})`}\n`;
}

import { verifyRegistry } from '@nx-ml/core/usecases/promote';
import type { RegistryProblem } from '@nx-ml/core/usecases/promote';
import { Registry } from '@nx-ml/core/usecases/registry';

import { countText } from '../../report/quantities.js';
import { trustedKeys } from '../../trusted-keys.js';
import { errorJson } from '../json-lines.js';
import { parseOptions } from '../command.js';
import type { CliCommand } from '../command.js';
import { withWorkspace } from '../with-workspace.js';
import { modelNames, modelOf } from './models.js';

const help = `nx-ml registry verify [MODEL...] [--json]

Reads every byte of all versions and compares it with what was registered: bundles whole, the model in each, and a signature where
NX_ML_TRUSTED_KEYS names keys. What is well can be deployed again, or gone back to. Ends with 1 where something is not.

  MODEL    default: all models of the workspace
  --json   one JSON object a line: {model, versions, problems: [{version, code, message, fix}]}

Examples
  nx-ml registry verify
  NX_ML_TRUSTED_KEYS=ed25519:… nx-ml registry verify spam-filter
`;

export const registryVerify: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    return withWorkspace(io.cwd, async (deps) => {
      const models =
        positionals.length === 0
          ? modelNames(deps)
          : await Promise.all(positionals.map((name) => modelOf(name, deps, help)));
      const keys = trustedKeys(process.env);
      let isWell = true;
      for (const model of models) {
        const state = await new Registry(deps.stores.journals, deps.workspaceId).state(model);
        const problems = await verifyRegistry(state, { objects: deps.stores.objects, trustedKeys: keys });
        isWell &&= problems.length === 0;
        const verified = { model, versions: state.versions.length, problems };
        io.write(values['json'] === true ? jsonLine(verified) : textOf(verified));
      }
      return isWell ? 0 : 1;
    });
  },
};

interface Verified {
  readonly model: string;
  readonly versions: number;
  readonly problems: readonly RegistryProblem[];
}

function jsonLine({ model, versions, problems }: Verified): string {
  const told = problems.map(({ version, error }) => ({ version: version ?? null, ...errorJson(error) }));
  return `${JSON.stringify({ model, versions, problems: told })}\n`;
}

function textOf({ model, versions, problems }: Verified): string {
  if (problems.length === 0) return `${model}  ${countText(versions, 'version')}, all well\n`;
  const lines = problems.map(({ version, error }) => {
    const what = version === undefined ? 'champion' : `v${String(version)}`;
    return `  ${what}  ${error.code} ${error.message}\n      ${error.fix}\n`;
  });
  return `${model}  ${countText(problems.length, 'problem')} in ${countText(versions, 'version')}\n${lines.join('')}`;
}

import { decodeVerdict } from '@nx-ml/core/gate';
import { MlError } from '@nx-ml/core/kernel';
import { verdictPath } from '@nx-ml/core/layout';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { verdictText } from '../../report/verdict-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { findWorkspaceRoot } from '../workspace-root.js';

const help = `nx-ml gate show PROJECT [--json]

Prints the last verdict on a model in this workspace, and what to do about it. Asks nothing and spends nothing.

  --json   the verdict as it is kept: one JSON document

Examples
  nx-ml gate show spam-filter
  nx-ml gate show spam-filter --json | jq .state
`;

export const gateShow: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    const [project] = positionals;
    if (project === undefined || positionals.length > 1)
      throw usageError('nx-ml gate show needs one project', help);
    const path = join(findWorkspaceRoot(io.cwd), verdictPath(project));
    if (!existsSync(path))
      throw new MlError('ERR_ML_OBJECT_MISSING', {
        message: `${project} was not judged in this workspace yet`,
        fix: `Judge it: nx run ${project}:gate`,
      });
    const bytes = readFileSync(path);
    const verdict = decodeVerdict(bytes);
    io.write(values['json'] === true ? bytes.toString('utf8') : verdictText(verdict));
    return Promise.resolve(0);
  },
};

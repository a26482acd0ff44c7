import { join } from 'node:path';

import { unlockFiles } from '@nx-ml/core/adapters/store-fs';

import { countText, groupedText } from '../report/quantities.js';
import { systemClock } from '../system-clock.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { cancelledOr, watched } from './watched.js';
import { findWorkspaceRoot, inWorkspace } from './workspace-root.js';

const help = `nx-ml data unlock PATH... [--json]

Makes data writable that "data add --link" or "data checkout --link" made read-only: files that share their bytes with the
store give way to copies. Edit them, and add them again. Files that are writable already stay as they are.

  --json   one JSON object a line: {path, files, unlocked}

Examples
  nx-ml data unlock datasets/photos/labels.csv
  nx-ml data unlock datasets/photos/images/cats
`;

export const dataUnlock: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    if (positionals.length === 0) throw usageError('nx-ml data unlock needs a path', help);
    const root = findWorkspaceRoot(io.cwd);
    for (const path of positionals.map((given) => inWorkspace(given, { root, cwd: io.cwd }))) {
      const { files, unlocked } = await unlock(root, path);
      io.write(
        values['json'] === true
          ? `${JSON.stringify({ path, files, unlocked })}\n`
          : `${path}  ${groupedText(unlocked)} of ${countText(files, 'file')} unlocked\n`,
      );
    }
    return 0;
  },
};

function unlock(root: string, path: string): Promise<{ readonly files: number; readonly unlocked: number }> {
  return watched(`unlocking ${path}`, async ({ signal, progress }) => {
    try {
      return await unlockFiles(join(root, path), {
        now: systemClock.now(),
        signal,
        onProgress: progress.reach,
      });
    } catch (error) {
      throw cancelledOr(error, signal, 'Unlocking was cancelled; each file is whole, locked or not');
    }
  });
}

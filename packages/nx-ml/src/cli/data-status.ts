import { isInScope } from '@nx-ml/core/data';
import { dataStatus as statusOf } from '@nx-ml/core/usecases/data';
import type { DataStatus } from '@nx-ml/core/usecases/data';

import { dataStatusText } from '../report/data-status-text.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { askData, pointersIn, scopeOf } from './data-questions.js';
import { errorJson, jsonLines } from './json-lines.js';

const help = `nx-ml data status [PATH|PROJECT...] [--exit-code] [--json]

Compares the data in the workspace with its pointers (*.ref.json and *.dvc): which files were added, removed, renamed or changed,
and of CSV, TSV, JSON Lines and Parquet how many rows. Says what is not here, and what is not in the store. Files that
did not change since the last look are not read again.

  --exit-code   end with 1 when data differs from its pointer or cannot be told; data that is not here, or only partly,
                does not count
  --json        one JSON object a line: {pointer, path, state, ref, now, changes, notStored, error}

Examples
  nx-ml data status
  nx-ml data status datasets/photos
  nx-ml data status spam-mails --exit-code
`;

export const dataStatus: CliCommand = {
  help,
  async run(args, io) {
    const options = { json: { type: 'boolean' }, 'exit-code': { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options, help);
    const questions = await askData(io.cwd);
    const pointers = await pointersIn(questions);
    const scope = await scopeOf(positionals, { root: questions.root, cwd: io.cwd, pointers });
    const asked = pointers.filter((pointer) => isInScope(pointer, scope));
    const all = await statusOf(asked, questions).finally(() => {
      questions.progress.end();
    });
    if (scope.length === 0) questions.data.keepOnly(all.map(({ path }) => path));
    io.write(values['json'] === true ? jsonLines(all.map(asJson)) : dataStatusText(all));
    const differs = all.some(({ state }) => state === 'changed' || state === 'broken');
    return values['exit-code'] === true && differs ? 1 : 0;
  },
};

function asJson(status: DataStatus): object {
  return status.state === 'broken' ? { ...status, error: errorJson(status.error) } : status;
}

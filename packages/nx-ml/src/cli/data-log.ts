import { dataLog as logOf } from '@nx-ml/core/usecases/data';

import { dataLogText } from '../report/data-log-text.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { askData, pointersIn, scopeOf } from './data-questions.js';
import type { DataQuestions } from './data-questions.js';
import { jsonLines } from './json-lines.js';

const help = `nx-ml data log [PATH|PROJECT...] [--json]

The commits that changed data, newest first: when, who and why, the size before and after, and how many files were added,
removed, changed and renamed where the store has the lists of both sides. A merge counts by what it brought.

  --json   one JSON object a line: {commit, at, author, subject, edits: [{pointer, path, before, after, files}]}

Examples
  nx-ml data log
  nx-ml data log datasets/photos
`;

export const dataLog: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    const questions = await askData(io.cwd);
    const scope = await scopeOf(positionals, {
      root: questions.root,
      cwd: io.cwd,
      pointers: positionals.length === 0 ? [] : await pointersEver(questions),
    });
    const commits = await logOf(scope, questions);
    io.write(values['json'] === true ? jsonLines(commits) : dataLogText(commits));
    return 0;
  },
};

/** Those that are gone as well: their log is what somebody may look for. */
async function pointersEver(questions: DataQuestions): Promise<readonly string[]> {
  const commits = await questions.history.log([]);
  const gone = commits.flatMap(({ edits }) => edits.map(({ pointer }) => pointer));
  return [...new Set([...(await pointersIn(questions)), ...gone])];
}

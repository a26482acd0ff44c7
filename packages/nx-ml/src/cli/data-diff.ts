import { isInScope } from '@nx-ml/core/data';
import { MlError } from '@nx-ml/core/kernel';
import { dataDiff as diffOf } from '@nx-ml/core/usecases/data';
import type { DataDiff, DataVersion } from '@nx-ml/core/usecases/data';

import { dataDiffText } from '../report/data-diff-text.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { askData, pointersIn, scopeOf } from './data-questions.js';
import type { DataQuestions } from './data-questions.js';
import { errorJson, jsonLines } from './json-lines.js';

const help = `nx-ml data diff [REV [REV2]] [PATH|PROJECT...] [--exit-code] [--json]

What became of data between two git revisions, or between one and the workspace: files added, removed, renamed, changed,
and of CSV, TSV, JSON Lines and Parquet how many rows. Without a revision HEAD is compared with the workspace. Which files
changed is told where the store has the lists of both sides.

  --exit-code   end with 1 when something differs
  --json        one JSON object a line: {pointer, path, before, after, changes, error}

Examples
  nx-ml data diff
  nx-ml data diff main datasets/mails
  nx-ml data diff v1.0 v1.1
`;

export const dataDiff: CliCommand = {
  help,
  async run(args, io) {
    const options = { json: { type: 'boolean' }, 'exit-code': { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options, help);
    const questions = await askData(io.cwd);
    const { commits, names, paths } = await leadingRevisions(positionals, questions);
    const here = await pointersIn(questions);
    const versions: DataVersion[] = [];
    for (const commit of commits) versions.push(await questions.history.pointersAt(commit));
    const pointers = [
      ...here,
      ...versions.flatMap((version) => ('workspace' in version ? [] : [...version.keys()])),
    ];
    const scope = await scopeOf(paths, { root: questions.root, cwd: io.cwd, pointers });
    const [before, after = { workspace: here }] = versions.map((version) => within(version, scope));
    if (before === undefined) throw noCommit();
    const diffs = await diffOf(before, within(after, scope), questions).finally(() => {
      questions.progress.end();
    });
    io.write(
      values['json'] === true ? jsonLines(diffs.map(asJson)) : dataDiffText(diffs, names.join(' and ')),
    );
    return values['exit-code'] === true && diffs.length > 0 ? 1 : 0;
  },
};

interface Revisions {
  /** One or two. */
  readonly commits: readonly string[];
  readonly names: readonly string[];
  readonly paths: readonly string[];
}

/** Revisions come first: up to two, or `one..other`. What git knows as a revision is one, whatever else it may name. */
async function leadingRevisions(args: readonly string[], { history }: DataQuestions): Promise<Revisions> {
  const [first = '', ...others] = args;
  const range = first.includes('..') ? first.split('..', 2) : [];
  const words = range.length === 2 && range.every((name) => name !== '') ? [...range, ...others] : args;
  const commits: string[] = [];
  for (const word of words.slice(0, 2)) {
    const commit = await history.commit(word);
    if (commit === undefined) break;
    commits.push(commit);
  }
  const names = words.slice(0, commits.length);
  if (commits.length === 2) return { commits, names, paths: words.slice(2) };
  const head = commits[0] ?? (await history.commit('HEAD'));
  if (head === undefined) throw noCommit();
  return {
    commits: [head],
    names: [names[0] ?? 'HEAD', 'the workspace'],
    paths: words.slice(commits.length),
  };
}

function noCommit(): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: 'There is no commit to compare with: this is no git repository, or nothing was committed yet',
    fix: 'nx-ml data status compares with the pointers that lie here.',
  });
}

function within(version: DataVersion, scope: readonly string[]): DataVersion {
  if ('workspace' in version)
    return { workspace: version.workspace.filter((pointer) => isInScope(pointer, scope)) };
  return new Map([...version].filter(([pointer]) => isInScope(pointer, scope)));
}

function asJson(diff: DataDiff): object {
  return 'error' in diff ? { ...diff, error: errorJson(diff.error) } : diff;
}

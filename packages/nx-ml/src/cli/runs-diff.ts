import type { RunGroup } from '@nx-ml/core/usecases/records';

import type { Questions } from '../compose-questions.js';
import { systemClock } from '../system-clock.js';
import { runsDiffText } from '../report/runs-diff-text.js';
import { runsDiffJson } from '../report/runs-export.js';
import { askWorkspace } from './ask-workspace.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { groupsOf } from './runs.js';

const help = `nx-ml runs diff A [B] [--project NAME] [--json]

Puts two runs side by side: metrics, parameters, code, data down to the rows, and environment.

  A, B            the ids that nx-ml runs lists, or their first digits; B left out: what the workspace stands at
  --project NAME  where to look; default: every project
  --json          one JSON document

Examples
  nx-ml runs diff 4f1c2ab0 91fe03aa
  nx-ml runs diff 4f1c --project spam-filter
`;

export const runsDiff: CliCommand = {
  help,
  async run(args, io) {
    const options = { project: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options, help);
    const [a, b] = positionals;
    if (a === undefined || positionals.length > 2)
      throw usageError('nx-ml runs diff needs one or two runs', help);
    const [questions, { compareRuns, currentGroup, findGroup }] = await askWorkspace(
      io.cwd,
      () => import('@nx-ml/core/usecases/explain'),
    );
    const names =
      typeof values.project === 'string' ? [values.project] : questions.workspace.mlProjectNames();
    const groups = await allGroups(names, questions);
    const before = findGroup(a, groups);
    const after = b === undefined ? currentGroup(before.ref, groups) : findGroup(b, groups);
    const comparison = await compareRuns(before, after, { ...questions, objects: questions.stores.objects });
    if (values.json === true) io.write(`${JSON.stringify(runsDiffJson(comparison))}\n`);
    else io.write(runsDiffText(comparison, systemClock.now()));
    return 0;
  },
};

async function allGroups(names: readonly string[], questions: Questions): Promise<readonly RunGroup[]> {
  const found: RunGroup[] = [];
  for (const name of names)
    if (questions.workspace.mlProject(name)?.config.kind !== 'service')
      found.push(...(await groupsOf(name, questions)));
  return found;
}

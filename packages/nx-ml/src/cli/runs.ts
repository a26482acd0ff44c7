import type { RunGroup } from '@nx-ml/core/usecases/records';

import type { Questions } from '../compose-questions.js';
import { systemClock } from '../system-clock.js';
import { runsCsv, runsJson } from '../report/runs-export.js';
import { runsTable, sortRuns } from '../report/runs-table.js';
import { askWorkspace, findMlProject } from './ask-workspace.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';

const help = `nx-ml runs PROJECT [--sort NAME] [--reverse] [--limit N] [--params] [--json | --csv]

Lists the runs of a model or dataset that this workspace and its clones came to, newest first: metrics over the seeds
(mean ± standard deviation), the parameters in which they differ, how long they took, and at which commit. Runs that
differ by seed alone are one line. * marks what the workspace stands at.

  --sort NAME   by a metric, a parameter or "duration", largest first
  --reverse     the other way round
  --limit N     at most so many lines; default: 20
  --params      all parameters, not only those that differ
  --json, --csv all runs with every metric and parameter

Examples
  nx-ml runs spam-filter
  nx-ml runs spam-filter --sort accuracy --limit 5
  nx-ml runs spam-filter --csv > runs.csv
  nx-ml runs diff 4f1c2ab0 91fe03aa
`;

const options = {
  sort: { type: 'string' },
  reverse: { type: 'boolean' },
  limit: { type: 'string' },
  params: { type: 'boolean' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
} as const;

export const runs: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw usageError('nx-ml runs needs one project', help);
    const limit = limitOf(values.limit);
    const [questions] = await askWorkspace(io.cwd, () => import('@nx-ml/core/usecases/records'));
    const found = await groupsOf(name, questions);
    const order = typeof values.sort === 'string' ? values.sort : undefined;
    if (order !== undefined && found.length > 0 && !sortRuns.names(found).includes(order))
      throw usageError(`No run has "${order}": ${sortRuns.names(found).join(', ')}`, help);
    const sorted = sortRuns(found, { by: order, reverse: values.reverse === true });
    if (values.json === true) io.write(`${JSON.stringify(runsJson(sorted))}\n`);
    else if (values.csv === true) io.write(runsCsv(sorted));
    else
      io.write(runsTable(sorted, { name, limit, allParams: values.params === true, now: systemClock.now() }));
    return 0;
  },
};

/** The runs of a project's main step. @throws MlError for a service, which has none. */
export async function groupsOf(name: string, questions: Questions): Promise<readonly RunGroup[]> {
  const { listRuns } = await import('@nx-ml/core/usecases/records');
  const { kind } = (await findMlProject(name, questions)).config;
  if (kind === 'service') throw usageError(`${name} is a service and has no runs`, help);
  return listRuns(name, kind === 'dataset' ? 'data' : 'train', questions);
}

function limitOf(text: string | boolean | undefined): number {
  if (text === undefined) return 20;
  if (typeof text === 'string' && /^[1-9]\d*$/.test(text)) return Number(text);
  throw usageError(`--limit takes a whole number, not "${String(text)}"`, help);
}

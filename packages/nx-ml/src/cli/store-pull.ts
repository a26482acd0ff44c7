import { stepId } from '@nx-ml/core/layout';
import { lackingOf, pullRefs } from '@nx-ml/core/usecases/transfer';

import { resultsText } from '../report/transfer-text.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { jsonLines } from './json-lines.js';
import { withResults } from './store-results.js';

const help = `nx-ml store pull [PROJECT...] [--remote URL] [--dry-run] [--json]

Brings from the remote the results that steps have for the workspace as it is, and all of their bytes: to work offline,
or to have them at hand. It is not needed for nx run, which brings what it reads by itself.

  --remote URL   a folder, or s3://bucket/prefix; default: NX_ML_REMOTE, then "remote" of the plugin in nx.json
  --dry-run      tell what would come; only lists of files are brought
  --json         {remote, steps, objects, bytes, dryRun}

Examples
  nx-ml store pull
  nx-ml store pull spam-filter
`;

const options = {
  remote: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const storePull: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const dryRun = values['dry-run'] === true;
    const request = {
      cwd: io.cwd,
      doing: 'pulling',
      projects: positionals,
      remote: values['remote'],
      through: true,
    };
    const report = await withResults(request, async ({ results, local, ...transfer }) => {
      const deps = { ...transfer, store: local.objects };
      const parts = results.flatMap(({ outputs }) => outputs.map((ref) => ({ ref })));
      const lacking = await lackingOf(parts, deps);
      if (!dryRun) await pullRefs(parts, deps);
      const bytes = lacking.reduce((sum, { size }) => sum + (size ?? 0), 0);
      const steps = results.map(({ ref }) => stepId(ref));
      return { remote: deps.remote.place, steps, objects: lacking.length, bytes, dryRun };
    });
    io.write(values['json'] === true ? jsonLines([report]) : resultsText(report));
    return 0;
  },
};

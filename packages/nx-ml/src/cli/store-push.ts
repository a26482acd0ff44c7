import { applyPushResults, planPushResults } from '@nx-ml/core/usecases/transfer';

import { pushText } from '../report/transfer-text.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { jsonLines } from './json-lines.js';
import { withResults } from './store-results.js';

const help = `nx-ml store push [PROJECT...] [--remote URL] [--dry-run] [--again] [--json]

Sends the results that steps have here for the workspace as it is: models, evaluations, prepared data, their logs and
records. Another clone with the same code and data restores them instead of training. Given data goes by data push.

  --remote URL   a folder, or s3://bucket/prefix; default: NX_ML_REMOTE, then "remote" of the plugin in nx.json
  --dry-run      tell what would be sent
  --again        send also what seems to be there: mends a remote that gave damaged bytes
  --json         {remote, steps, objects, bytes, there, dryRun}

Examples
  nx-ml store push
  nx-ml store push spam-filter
`;

const options = {
  remote: { type: 'string' },
  'dry-run': { type: 'boolean' },
  again: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const storePush: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const dryRun = values['dry-run'] === true;
    const request = {
      cwd: io.cwd,
      doing: 'pushing',
      projects: positionals,
      remote: values['remote'],
      through: false,
    };
    const report = await withResults(request, async ({ results, local, ...transfer }) => {
      const deps = { ...transfer, store: local.objects, journals: local.journals };
      const plan = await planPushResults(results, deps, { again: values['again'] === true });
      if (!dryRun) await applyPushResults(plan, deps);
      const { files, trees, size, there } = plan.push;
      const objects = files.length + trees.length;
      return { remote: deps.remote.place, steps: results.length, objects, bytes: size, there, dryRun };
    });
    io.write(values['json'] === true ? jsonLines([report]) : pushText(report));
    return 0;
  },
};

import { MlError } from '@nx-ml/core/kernel';
import { applyPush, planPush } from '@nx-ml/core/usecases/transfer';

import { pushText } from '../report/transfer-text.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { remoteOf, withTransfer } from './data-transfer.js';
import { jsonLines } from './json-lines.js';

const help = `nx-ml data push [PATH|PROJECT...] [--remote URL] [--dry-run] [--again] [--json]

Writes to the remote what the pointers here name and it lacks. What is there is not sent again; small files travel
together in packs. Interrupted, it goes on at the next call; two pushes at once do no harm. What .dvc files name is not
sent: that is dvc push, and the answer says so.

  --remote URL   a folder, or s3://bucket/prefix; default: NX_ML_REMOTE, then "remote" of the plugin in nx.json
  --dry-run      tell what would be sent
  --again        send also what seems to be there: mends a remote that gave damaged bytes
  --json         {remote, objects, bytes, there, dvc: [.dvc files that were left to dvc push], dryRun}

Examples
  nx-ml data push
  nx-ml data push spam-mails --dry-run
  nx-ml data push --remote /mnt/models
`;

const options = {
  remote: { type: 'string' },
  'dry-run': { type: 'boolean' },
  again: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const dataPush: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const dryRun = values['dry-run'] === true;
    const report = await withTransfer(
      { cwd: io.cwd, doing: 'pushing', args: positionals },
      async (transfer) => {
        const dvc = [...new Set(transfer.dvcItems.map(({ ref }) => ref.file))];
        if (transfer.items.length === 0 && dvc.length > 0) throw keptByDvc(dvc);
        const deps = { ...transfer, remote: await remoteOf(transfer.root, values['remote']) };
        const refs = transfer.items.map(({ ref }) => ref);
        const plan = await planPush(refs, deps, { again: values['again'] === true });
        if (!dryRun) await applyPush(plan, deps);
        const objects = plan.files.length + plan.trees.length;
        return { remote: deps.remote.place, objects, bytes: plan.size, there: plan.there, dvc, dryRun };
      },
    );
    io.write(values['json'] === true ? jsonLines([report]) : pushText(report));
    return 0;
  },
};

/** Nothing of what was asked for is ours to send, which must not look like a success. */
function keptByDvc(files: readonly string[]): MlError {
  const [first = '', ...more] = files;
  const others = more.length > 0 ? ` and ${String(more.length)} more are` : ' is';
  return new MlError('ERR_ML_USAGE', {
    message: `${first}${others} kept by DVC, whose remotes nx-ml reads and does not write`,
    fix: `Send it with DVC: dvc push ${files.slice(0, 3).join(' ')}`,
  });
}

import { lackingOf, pullRefs } from '@nx-ml/core/usecases/transfer';
import type { Pulled, TransferDeps } from '@nx-ml/core/usecases/transfer';

import { pullText } from '../report/transfer-text.js';
import { checkOut } from './checkout-data.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { remoteOf, withTransfer } from './data-transfer.js';
import type { DataTransfer } from './data-transfer.js';
import { jsonLines } from './json-lines.js';

const help = `nx-ml data pull [PATH|PROJECT...] [--remote URL] [--force] [--dry-run] [--json]

Brings from the remote what the pointers here name and the store lacks, and places it in the workspace as checkout does. A
path inside a pointed folder brings that part alone. Every byte is verified before it is used. Interrupted, it goes on
at the next call.

  --remote URL   a folder, or s3://bucket/prefix; default: NX_ML_REMOTE, then "remote" of the plugin in nx.json
  --force        overwrite and remove also files whose bytes no store has
  --dry-run      tell what would come; only lists of files are brought
  --json         {remote, objects, bytes, data: [{path, placed, removed}], dryRun}

Examples
  nx-ml data pull
  nx-ml data pull spam-mails
  nx-ml data pull datasets/photos/images/cats
`;

const options = {
  remote: { type: 'string' },
  force: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const dataPull: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const dryRun = values['dry-run'] === true;
    const report = await withTransfer(
      { cwd: io.cwd, doing: 'pulling', args: positionals },
      async (transfer) => {
        const remote = await remoteOf(transfer.root, values['remote']);
        const { objects, size } = await bring({ ...transfer, remote }, dryRun);
        const force = values['force'] === true;
        const data = await checkOut(transfer, { force, dryRun, remote: () => Promise.resolve(remote) });
        return { remote: remote.place, objects, bytes: size, data, dryRun };
      },
    );
    io.write(values['json'] === true ? jsonLines([report]) : pullText(report));
    return 0;
  },
};

async function bring(deps: DataTransfer & TransferDeps, dryRun: boolean): Promise<Pulled> {
  if (!dryRun) return pullRefs(deps.items, deps);
  const lacking = await lackingOf(deps.items, deps);
  return { objects: lacking.length, size: lacking.reduce((sum, { size }) => sum + (size ?? 0), 0) };
}

import type { Remote } from '@nx-ml/core/remote';
import { lackingOf, pullRefs } from '@nx-ml/core/usecases/transfer';
import type { Pulled } from '@nx-ml/core/usecases/transfer';

import { pullText } from '../report/transfer-text.js';
import { checkOut } from './checkout-data.js';
import { obtainAllDvc } from './checkout-dvc.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { remoteOf, withTransfer } from './data-transfer.js';
import type { DataTransfer } from './data-transfer.js';
import { jsonLines } from './json-lines.js';

const help = `nx-ml data pull [PATH|PROJECT...] [--remote URL] [--force] [--dry-run] [--json]

Brings from the remote what the pointers here name and the store lacks, and places it in the workspace as checkout does. A
path inside a pointed folder brings that part alone. Every byte is verified before it is used. Interrupted, it goes on
at the next call. What .dvc files name comes from DVC's cache, or from the remote that DVC's settings name.

  --remote URL   a folder, or s3://bucket/prefix; default: NX_ML_REMOTE, then "remote" of the plugin in nx.json
  --force        overwrite and remove also files whose bytes no store has
  --dry-run      tell what would come; only lists of files are brought
  --json         {remote, objects, bytes, fetched: {files, bytes}, data: [{path, placed, removed}], dryRun};
                 fetched is what came from DVC's remotes

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
        const { items, dvcItems, root } = transfer;
        // What DVC keeps comes from DVC's remote.
        const remote =
          items.length === 0 && dvcItems.length > 0 ? undefined : await remoteOf(root, values['remote']);
        const { objects, size } = await bring(transfer, remote, dryRun);
        const dvc = await obtainAllDvc(transfer, { dryRun, remotes: true });
        const all = { ...transfer, items: [...items, ...dvc.items] };
        const force = values['force'] === true;
        const data = await checkOut(all, { force, dryRun, remote: () => Promise.resolve(remote) });
        const { fetched, told } = dvc;
        return { remote: remote?.place, objects, bytes: size, fetched, data: [...data, ...told], dryRun };
      },
    );
    io.write(values['json'] === true ? jsonLines([report]) : pullText(report));
    return 0;
  },
};

async function bring(transfer: DataTransfer, remote: Remote | undefined, dryRun: boolean): Promise<Pulled> {
  if (remote === undefined) return { objects: 0, size: 0 };
  const deps = { ...transfer, remote };
  if (!dryRun) return pullRefs(transfer.items, deps);
  const lacking = await lackingOf(transfer.items, deps);
  return { objects: lacking.length, size: lacking.reduce((sum, { size }) => sum + (size ?? 0), 0) };
}

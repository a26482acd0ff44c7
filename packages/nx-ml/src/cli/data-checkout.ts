import { transferText } from '../report/transfer-text.js';
import { checkOut } from './checkout-data.js';
import { obtainAllDvc } from './checkout-dvc.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { remoteIfAny, withTransfer } from './data-transfer.js';
import { jsonLines } from './json-lines.js';

const help = `nx-ml data checkout [PATH|PROJECT...] [--link] [--force] [--dry-run] [--json]

Makes the data in the workspace what its pointers say, from the store, and for .dvc files from DVC's cache too: after
git switch, or to give up changes. Files that would be lost, because no store, remote or DVC cache has their bytes, are
listed, and then nothing is touched.

  --link      place files as read-only links to the store, which costs no space; else they are copies to edit.
              nx-ml data unlock makes such files writable
  --force     overwrite and remove them all the same
  --dry-run   tell what would be placed and removed
  --json      {objects, bytes, data: [{path, placed, removed}], dryRun}

Examples
  nx-ml data checkout
  nx-ml data checkout --link datasets/photos/images
  nx-ml data checkout datasets/photos --force
`;

const options = {
  link: { type: 'boolean' },
  force: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const dataCheckout: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const dryRun = values['dry-run'] === true;
    const request = { cwd: io.cwd, doing: 'placing', args: positionals };
    const data = await withTransfer(request, async (transfer) => {
      const dvc = await obtainAllDvc(transfer, { dryRun, remotes: false });
      const all = { ...transfer, items: [...transfer.items, ...dvc.items] };
      const [force, link] = [values['force'] === true, values['link'] === true];
      const remote = () => remoteIfAny(transfer.root);
      return [...(await checkOut(all, { force, dryRun, link, remote })), ...dvc.told];
    });
    const report = { objects: 0, bytes: 0, data, dryRun };
    io.write(values['json'] === true ? jsonLines([report]) : transferText('pull', report));
    return 0;
  },
};

import { transferText } from '../report/transfer-text.js';
import { checkOut } from './checkout-data.js';
import { parseOptions } from './command.js';
import type { CliCommand } from './command.js';
import { remoteIfAny, withTransfer } from './data-transfer.js';
import { jsonLines } from './json-lines.js';

const help = `nx-ml data checkout [PATH|PROJECT...] [--link] [--force] [--dry-run] [--json]

Makes the data in the workspace what its pointers say, from the store: after git switch, or to give up changes. Files
that would be lost, because no store and no remote has their bytes, are listed, and then nothing is touched.

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
    const data = await withTransfer({ cwd: io.cwd, doing: 'placing', args: positionals }, (transfer) =>
      checkOut(transfer, {
        force: values['force'] === true,
        dryRun,
        link: values['link'] === true,
        remote: () => remoteIfAny(transfer.root),
      }),
    );
    const report = { objects: 0, bytes: 0, data, dryRun };
    io.write(values['json'] === true ? jsonLines([report]) : transferText('pull', report));
    return 0;
  },
};

import { checkOut } from './checkout-data.js';
import { remoteOf, withTransfer } from './data-transfer.js';
import { bring } from './move-objects.js';
import { transferCommand } from './transfer-command.js';

export const dataPull = transferCommand({
  direction: 'pull',
  usage: 'nx-ml data pull [PATH|PROJECT...]',
  about: `Brings from the remote what the pointers here name and the store lacks, and places it in the workspace as checkout does. A
path inside a pointed folder brings that part alone. Every byte is verified before it is used. Interrupted, it goes on
at the next call.`,
  overwrites: true,
  json: '{remote, objects, bytes, data: [{path, placed, removed}], dryRun}',
  examples: ['nx-ml data pull', 'nx-ml data pull spam-mails', 'nx-ml data pull datasets/photos/images/cats'],
  move: ({ dryRun, force, ...asked }) =>
    withTransfer({ ...asked, doing: 'pulling' }, async (transfer) => {
      const remote = await remoteOf(transfer.root, asked.remote);
      const moved = await bring(transfer.items, { ...transfer, remote }, { dryRun });
      const data = await checkOut(transfer, { force, dryRun, remote: () => Promise.resolve(remote) });
      return { remote: remote.place, ...moved, data, dryRun };
    }),
});

import { checkOut } from './checkout-data.js';
import { obtainAllDvc } from './checkout-dvc.js';
import { remoteOf, withTransfer } from './data-transfer.js';
import { bring } from './move-objects.js';
import { transferCommand } from './transfer-command.js';

export const dataPull = transferCommand({
  direction: 'pull',
  usage: 'nx-ml data pull [PATH|PROJECT...]',
  about: `Brings from the remote what the pointers here name and the store lacks, and places it in the workspace as checkout does. A
path inside a pointed folder brings that part alone. Every byte is verified before it is used. Interrupted, it goes on
at the next call. What .dvc files name comes from DVC's cache, or from the remote that DVC's settings name.`,
  overwrites: true,
  json: '{remote, objects, bytes, fetched: {files, bytes} from DVC’s remotes, data: [{path, placed, removed}], dryRun}',
  examples: ['nx-ml data pull', 'nx-ml data pull spam-mails', 'nx-ml data pull datasets/photos/images/cats'],
  move: ({ dryRun, force, ...asked }) =>
    withTransfer({ ...asked, doing: 'pulling' }, async (transfer) => {
      const { items, dvcItems, root } = transfer;
      // What DVC keeps comes from DVC's remote.
      const isDvcAlone = items.length === 0 && dvcItems.length > 0;
      const remote = isDvcAlone ? undefined : await remoteOf(root, asked.remote);
      const moved =
        remote === undefined
          ? { objects: 0, bytes: 0 }
          : await bring(items, { ...transfer, remote }, { dryRun });
      const { fetched, told, ...dvc } = await obtainAllDvc(transfer, { dryRun, remotes: true });
      const all = { ...transfer, items: [...items, ...dvc.items] };
      const data = await checkOut(all, { force, dryRun, remote: () => Promise.resolve(remote) });
      return { remote: remote?.place, ...moved, fetched, data: [...data, ...told], dryRun };
    }),
});

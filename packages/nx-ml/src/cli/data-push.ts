import { applyPush, planPush } from '@nx-ml/core/usecases/transfer';

import { tellPush } from '../remote-user.js';
import { remoteOf, withTransfer } from './data-transfer.js';
import { pushed } from './move-objects.js';
import { transferCommand } from './transfer-command.js';

export const dataPush = transferCommand({
  direction: 'push',
  usage: 'nx-ml data push [PATH|PROJECT...]',
  about: `Writes to the remote what the pointers here name and it lacks. What is there is not sent again; small files travel
together in packs. Interrupted, it goes on at the next call; two pushes at once do no harm.`,
  json: '{remote, objects, bytes, there, dryRun}',
  examples: [
    'nx-ml data push',
    'nx-ml data push spam-mails --dry-run',
    'nx-ml data push --remote /mnt/models',
  ],
  move: ({ dryRun, again, ...asked }) =>
    withTransfer({ ...asked, doing: 'pushing' }, async (transfer) => {
      const deps = { ...transfer, remote: await remoteOf(transfer.root, asked.remote) };
      const plan = await planPush(
        transfer.items.map(({ ref }) => ref),
        deps,
        { again },
      );
      if (!dryRun && plan.size > 0) await tellPush(deps.remote, transfer.root);
      if (!dryRun) await applyPush(plan, deps);
      return { remote: deps.remote.place, ...pushed(plan), dryRun };
    }),
});

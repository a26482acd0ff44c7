import { MlError } from '@nx-ml/core/kernel';
import { applyPush, planPush } from '@nx-ml/core/usecases/transfer';

import { tellPush } from '../remote-user.js';
import { remoteOf, withTransfer } from './data-transfer.js';
import { pushed } from './move-objects.js';
import { transferCommand } from './transfer-command.js';

export const dataPush = transferCommand({
  direction: 'push',
  usage: 'nx-ml data push [PATH|PROJECT...]',
  about: `Writes to the remote what the pointers here name and it lacks. What is there is not sent again; small files travel
together in packs. Interrupted, it goes on at the next call; two pushes at once do no harm. What .dvc files name is not
sent: that is dvc push, and the answer says so.`,
  json: '{remote, objects, bytes, there, dvc: [.dvc files that were left to dvc push], dryRun}',
  examples: [
    'nx-ml data push',
    'nx-ml data push spam-mails --dry-run',
    'nx-ml data push --remote /mnt/models',
  ],
  move: ({ dryRun, again, ...asked }) =>
    withTransfer({ ...asked, doing: 'pushing' }, async (transfer) => {
      const dvc = [...new Set(transfer.dvcItems.map(({ ref }) => ref.file))];
      if (transfer.items.length === 0 && dvc.length > 0) throw keptByDvc(dvc);
      const deps = { ...transfer, remote: await remoteOf(transfer.root, asked.remote) };
      const plan = await planPush(
        transfer.items.map(({ ref }) => ref),
        deps,
        { again },
      );
      if (!dryRun && plan.size > 0) await tellPush(deps.remote, transfer.root);
      if (!dryRun) await applyPush(plan, deps);
      return { remote: deps.remote.place, ...pushed(plan), dvc, dryRun };
    }),
});

/** Nothing of what was asked for is ours to send, which must not look like a success. */
function keptByDvc(files: readonly string[]): MlError {
  const [first = '', ...more] = files;
  const others = more.length > 0 ? ` and ${String(more.length)} more are` : ' is';
  return new MlError('ERR_ML_USAGE', {
    message: `${first}${others} kept by DVC, whose remotes nx-ml reads and does not write`,
    fix: `Send it with DVC: dvc push ${files.slice(0, 3).join(' ')}`,
  });
}

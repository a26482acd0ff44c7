import { applyPushResults, planPushResults } from '@nx-ml/core/usecases/transfer';

import { tellPush } from '../remote-user.js';
import { pushed } from './move-objects.js';
import { sendSavings } from './send-savings.js';
import { stepNames, withResults } from './store-results.js';
import { transferCommand } from './transfer-command.js';

export const storePush = transferCommand({
  direction: 'push',
  usage: 'nx-ml store push [PROJECT...]',
  about: `Sends the results that steps have here for the workspace as it is: models, evaluations, prepared data, their logs and
records. Another clone with the same code and data restores them instead of training. Given data goes by data push.
What the caches saved here is sent, too, as nx-ml savings --push does.`,
  json: '{remote, steps, objects, bytes, there, dryRun}',
  examples: ['nx-ml store push', 'nx-ml store push spam-filter'],
  move: ({ dryRun, again, ...asked }) =>
    withResults({ ...asked, doing: 'pushing', through: false }, async ({ results, local, ...transfer }) => {
      const deps = { ...transfer, store: local.objects, journals: local.journals };
      const plan = await planPushResults(results, deps, { again });
      if (!dryRun && results.length > 0) await tellPush(deps.remote, transfer.root);
      if (!dryRun) await applyPushResults(plan, deps);
      if (!dryRun && (await deps.remote.isThere()))
        await sendSavings({ root: transfer.root, local, remote: deps.remote });
      return { remote: deps.remote.place, steps: stepNames(results), ...pushed(plan.push), dryRun };
    }),
});

import { bring } from './move-objects.js';
import { stepNames, withResults } from './store-results.js';
import { transferCommand } from './transfer-command.js';

export const storePull = transferCommand({
  direction: 'pull',
  usage: 'nx-ml store pull [PROJECT...]',
  about: `Brings from the remote the results that steps have for the workspace as it is, and all of their bytes: to work offline,
or to have them at hand. It is not needed for nx run, which brings what it reads by itself.`,
  json: '{remote, steps, objects, bytes, dryRun}',
  examples: ['nx-ml store pull', 'nx-ml store pull spam-filter'],
  move: ({ dryRun, ...asked }) =>
    withResults({ ...asked, doing: 'pulling', through: true }, async ({ results, local, ...transfer }) => {
      const parts = results.flatMap(({ outputs }) => outputs.map((ref) => ({ ref })));
      const moved = await bring(parts, { ...transfer, store: local.objects }, { dryRun });
      return { remote: transfer.remote.place, steps: stepNames(results), ...moved, dryRun };
    }),
});

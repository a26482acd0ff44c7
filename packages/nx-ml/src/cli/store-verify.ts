import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { copiesIn } from '@nx-ml/core/adapters/workspace-fs';
import { verifyStore } from '@nx-ml/core/usecases/store';
import type { VerifyRequest } from '@nx-ml/core/usecases/store';

import { showProgress } from '../report/progress.js';
import { copyPlaces, verifyJson, verifyText } from '../report/verify-text.js';
import { systemClock } from '../system-clock.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { noStoreText, storeAtHand } from './store-at-hand.js';

const help = `nx-ml store verify [--fix] [--json]

Reads every byte of the store and compares it with its name, and follows every journal. What is damaged goes to quarantine,
where no step reads it, and it is told which pointers and runs need it and how each is mended. The exit code is 1 when
damage was found that was not mended.

  --fix    put back what a workspace still has in the place that its pointer stands for
  --json   one JSON object

Examples
  nx-ml store verify
  nx-ml store verify --fix
`;

export const storeVerify: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { fix: { type: 'boolean' }, json: { type: 'boolean' } },
      help,
    );
    if (positionals.length > 0)
      throw usageError(`nx-ml store verify takes no "${positionals[0] ?? ''}"`, help);
    const store = await storeAtHand(io.cwd);
    if (store === undefined) {
      io.write(values['json'] === true ? 'null\n' : noStoreText());
      return 0;
    }
    const progress = showProgress('verifying', {
      stream: process.stderr,
      now: () => systemClock.monotonic(),
    });
    let [done, bytes] = [0, 0];
    try {
      const report = await verifyStore(
        {
          workspaces: store.workspaces,
          now: systemClock.now(),
          onProgress: (now) => {
            progress.expect({ files: now.of, bytes: now.ofBytes });
            progress.advance({ files: now.done - done, bytes: now.bytes - bytes });
            [done, bytes] = [now.done, now.bytes];
          },
          ...(values['fix'] === true ? { mend: mendIn(store.root) } : {}),
        },
        store.deps,
      );
      progress.end();
      io.write(values['json'] === true ? `${JSON.stringify(verifyJson(report))}\n` : verifyText(report));
      const isWhole = report.brokenJournals.length === 0 && report.damaged.every(({ isMended }) => isMended);
      return isWhole ? 0 : 1;
    } finally {
      progress.end();
    }
  },
};

/** Puts an object back from a file that a workspace still has. Each place is read once. */
function mendIn(root: string): NonNullable<VerifyRequest['mend']> {
  const known = new Map<string, ReturnType<typeof copiesIn>>();
  return async (digest, neededBy) => {
    const { objects } = await openFolderStore({ root });
    for (const place of copyPlaces(neededBy)) {
      const copies = known.get(place) ?? copiesIn(place);
      known.set(place, copies);
      const copy = copies.get(digest);
      if (copy?.is === 'file') await objects.putFile(copy.path);
      if (copy?.is === 'tree') await objects.putBytes(copy.document);
      if (copy !== undefined) return true;
    }
    return false;
  };
}

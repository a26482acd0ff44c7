import { inspectFolderStore } from '@nx-ml/core/adapters/store-fs';
import { amountOf } from '@nx-ml/core/store';

import { readNxJson } from '../plugin-options.js';
import { isOffline, remoteAddress } from '../remote-at-hand.js';
import { storeStatusJson, storeStatusText } from '../report/store-status-text.js';
import type { StoreStatus } from '../report/store-status-text.js';
import { systemClock } from '../system-clock.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { noStoreText, storeAtHand } from './store-at-hand.js';
import type { StoreAtHand } from './store-at-hand.js';

const help = `nx-ml store status [--json]

Tells where the store is, how much it holds, how much room is left there, what is in quarantine, which workspaces use it,
and where the remote of this one is.

Examples
  nx-ml store status
  nx-ml store status --json
`;

export const storeStatus: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    if (positionals.length > 0)
      throw usageError(`nx-ml store status takes no "${positionals[0] ?? ''}"`, help);
    const store = await storeAtHand(io.cwd);
    if (store === undefined) io.write(values.json === true ? 'null\n' : noStoreText());
    else {
      const status = await statusOf(store, await remoteText(store));
      io.write(
        values.json === true
          ? `${JSON.stringify(storeStatusJson(status))}\n`
          : storeStatusText(status, systemClock.now()),
      );
    }
    return 0;
  },
};

/** Where the remote of the workspace that asks is, without what may be secret; undefined: it has none. */
async function remoteText({ workspaces: [here] }: StoreAtHand): Promise<string | undefined> {
  const address = remoteAddress(here === undefined ? {} : await readNxJson(here.path), process.env);
  if (address === undefined) return undefined;
  const { parseRemoteAddress, placeOf } = await import('@nx-ml/core/remote');
  return `${placeOf(parseRemoteAddress(address))}${isOffline(process.env) ? ', not asked while NX_ML_OFFLINE is set' : ''}`;
}

async function statusOf(
  { root, deps: { store } }: StoreAtHand,
  remote: string | undefined,
): Promise<StoreStatus> {
  const [{ state, readOnly, free }, objects, leftovers, workspaces, marks] = await Promise.all([
    inspectFolderStore(root, systemClock.now()),
    store.objects(),
    store.leftovers(),
    store.workspaces(),
    store.readMarks(),
  ]);
  return {
    root,
    chosenBy: process.env['NX_ML_STORE'] === undefined ? undefined : 'NX_ML_STORE',
    formatVersion: state.is === 'open' ? state.formatVersion : undefined,
    readOnly,
    free,
    objects: amountOf([...objects.values()]),
    quarantine: amountOf(leftovers.filter(({ place }) => place === 'quarantine')),
    temporary: amountOf(leftovers.filter(({ place }) => place === 'tmp')),
    workspaces,
    remote,
    collected: marks === undefined ? undefined : { at: marks.at, waiting: marks.marks.size },
  };
}

import { isMlError } from '@nx-ml/core/kernel';
import { RemoteJournal } from '@nx-ml/core/remote';
import type { Remote } from '@nx-ml/core/remote';
import { monthsUpTo } from '@nx-ml/core/savings';
import { RunStore } from '@nx-ml/core/usecases/records';
import type { Stores } from '@nx-ml/core/usecases/records';
import { copySavings, SavingsLedger } from '@nx-ml/core/usecases/savings';

import { storesWith } from '../ask-remote.js';
import { readNxJson } from '../plugin-options.js';
import { systemClock } from '../system-clock.js';
import { workspaceId } from '../workspace/workspace-id.js';

/** Months: a job sends what it counted, and one that ends after midnight of the first what it counted before. */
const sent = 2;

export interface SavingsSource {
  /** Of the workspace. Absolute. */
  readonly root: string;
  /** Of this machine. */
  readonly local: Stores;
  readonly remote: Remote;
}

/** Sends what the caches spared this machine: with the results, so that no job of CI forgets it. What fails of it fails no push. */
export async function sendSavings({ root, local, remote }: SavingsSource): Promise<void> {
  const id = workspaceId(root, await readNxJson(root));
  const ledgers = {
    from: new SavingsLedger(local.journals, id),
    to: new SavingsLedger(new RemoteJournal(remote.blobs), id),
  };
  const runs = new RunStore(storesWith(local, remote));
  try {
    await copySavings(monthsUpTo(systemClock.now(), sent), { ...ledgers, runs });
  } catch (error) {
    if (!isMlError(error)) throw error;
    process.stderr.write(`what the caches saved was not sent: ${error.message}\n`);
  }
}

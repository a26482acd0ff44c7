import { MemoryJournal, MemoryObjectStore } from '@nx-ml/core/adapters/store-memory';
import { planRemoteGarbage } from '@nx-ml/core/usecases/remote';
import {
  ReadThroughJournal,
  ReadThroughStore,
  RemoteAccess,
  ScratchJournal,
  ScratchStore,
} from '@nx-ml/core/usecases/transfer';
import type { GarbageRequest } from '@nx-ml/core/usecases/store';

import { abortOnExit } from '../abort-on-exit.js';
import { gcRemoteJson, gcRemotePlanText, gcRemoteSummaryText } from '../report/gc-remote-text.js';
import { systemClock } from '../system-clock.js';
import type { CliIo } from './command.js';
import { remoteNamed } from './data-transfer.js';
import type { StoreAtHand } from './store-at-hand.js';

export interface GcRemoteOptions {
  /** Empty for that of the workspace. */
  readonly address: string;
  readonly request: Pick<GarbageRequest, 'policy' | 'acceptedBlobs'>;
  readonly isPlan: boolean;
  readonly isJson: boolean;
}

/** `store gc --remote`: tells, and deletes nothing. */
export async function gcRemote(
  { address, request, isPlan, isJson }: GcRemoteOptions,
  { deps: { store, stores: here, roots }, workspaces }: StoreAtHand,
  io: CliIo,
): Promise<void> {
  const remote = await remoteNamed(address, io.cwd);
  // What is not known is not unneeded: a remote that fails ends it.
  const access = new RemoteAccess({
    open: () => Promise.resolve(remote),
    clock: systemClock,
    onFailure: (error) => {
      throw error;
    },
  });
  const objects = new ScratchStore(here.objects, new MemoryObjectStore());
  const journals = new ScratchJournal(here.journals, new MemoryJournal());
  const through = {
    objects: new ReadThroughStore({ local: objects, access }),
    journals: new ReadThroughJournal(journals, access),
  };
  const abort = abortOnExit();
  try {
    const plan = await planRemoteGarbage(
      { ...request, workspaces, signal: abort.signal },
      { remote, here, store, through, roots, clock: systemClock },
    );
    if (isJson) io.write(`${JSON.stringify(gcRemoteJson(plan))}\n`);
    else io.write(isPlan ? gcRemotePlanText(plan) : gcRemoteSummaryText(plan));
  } finally {
    abort.dispose();
  }
}

import type { NxJsonConfiguration } from '@nx/devkit';
import type { EventSink } from '@nx-ml/core/usecases';
import type { Stores } from '@nx-ml/core/usecases/records';
import { evict, ReadThroughJournal, ReadThroughStore, RemoteAccess } from '@nx-ml/core/usecases/transfer';

import { openRemote } from './open-remote.js';
import { isOffline, remoteAddress } from './remote-at-hand.js';
import { storeLimit } from './store-limit.js';
import { systemClock } from './system-clock.js';

type Variables = Readonly<Record<string, string | undefined>>;

export interface WithRemoteInput {
  readonly nxJson: Pick<NxJsonConfiguration, 'plugins'>;
  readonly variables: Variables;
  /** Absolute folder of the store on this machine. */
  readonly store: string;
  readonly emit: EventSink;
  readonly signal: AbortSignal | undefined;
}

/** The stores of this machine; where a remote is configured, what they lack comes from there when it is read. */
export function withRemote(local: Stores, input: WithRemoteInput): Stores {
  const { nxJson, variables, store, emit, signal } = input;
  const address = remoteAddress(nxJson, variables);
  if (address === undefined) return local;
  const limit = storeLimit(nxJson, variables);
  const access = new RemoteAccess({
    open: () => openRemote(address, store, variables),
    clock: systemClock,
    onFailure: (error) => {
      // Who goes offline knows it; what is missed for it is told where it is missed.
      if (!isOffline(variables)) emit({ type: 'remote-failed', error });
    },
  });
  const objects = new ReadThroughStore({
    local: local.objects,
    access,
    signal,
    onFetched: async ({ objects: count, size }) => {
      const { place } = await access.get();
      emit({ type: 'fetched', objects: count, size, place });
      if (limit !== undefined)
        await access.ask(async (remote) => {
          const { openGcStore } = await import('@nx-ml/core/adapters/store-fs/gc');
          await evict(limit, { store: await openGcStore(store), remote, now: systemClock.now() });
        }, undefined);
    },
  });
  return { objects, journals: new ReadThroughJournal(local.journals, access) };
}

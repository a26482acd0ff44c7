import type { NxJsonConfiguration } from '@nx/devkit';
import type { ObjectRef } from '@nx-ml/core/store';
import type { Stores } from '@nx-ml/core/usecases/records';

import { openRemote } from './open-remote.js';
import { remoteAddress } from './remote-at-hand.js';

export interface PublishContext {
  readonly nxJson: Pick<NxJsonConfiguration, 'plugins'>;
  readonly stores: Stores;
  /** Absolute folder of the store on this machine. */
  readonly store: string;
}

/** Sends objects to the remote, where there is one: other machines will ask for what a registry names. */
export async function publishObjects(
  refs: readonly ObjectRef[],
  { nxJson, stores, store }: PublishContext,
): Promise<void> {
  const address = remoteAddress(nxJson, process.env);
  if (address === undefined) return;
  const { applyPush, planPush } = await import('@nx-ml/core/usecases/transfer');
  const remote = await openRemote(address, store, process.env);
  const deps = { remote, store: stores.objects };
  await applyPush(await planPush(refs, deps), deps);
}

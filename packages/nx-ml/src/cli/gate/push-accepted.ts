import type { GateAnswer } from '@nx-ml/core/usecases/gate';

import { openRemote } from '../../open-remote.js';
import { readNxJson } from '../../plugin-options.js';
import { remoteAddress } from '../../remote-at-hand.js';
import { storeFolder } from '../../store-folder.js';
import type { GateAtHand } from './at-hand.js';

/** Sends what it takes to compare with a model to the remote, where there is one: other machines will. */
export async function pushAccepted({ candidate }: GateAnswer, { root, stores }: GateAtHand): Promise<void> {
  const address = remoteAddress(await readNxJson(root), process.env);
  if (address === undefined) return;
  const { applyPush, planPush } = await import('@nx-ml/core/usecases/transfer');
  const remote = await openRemote(address, storeFolder(process.env), process.env);
  const refs = [candidate.model, ...(candidate.predictions === undefined ? [] : [candidate.predictions])];
  const deps = { remote, store: stores.objects };
  await applyPush(await planPush(refs, deps), deps);
}

import { hostname } from 'node:os';

import type { Remote } from '@nx-ml/core/remote';
import { tellUser } from '@nx-ml/core/remote';

import { systemClock } from './system-clock.js';

/** Leaves word at a remote of who is about to push. @param path of the workspace; absolute. */
export async function tellPush(remote: Remote, path: string): Promise<void> {
  await remote.prepare();
  await tellUser(remote.blobs, { host: hostname(), path, at: systemClock.now() });
}

import { createHash } from 'node:crypto';
import { workerData } from 'node:worker_threads';

import type { ThreadTask } from './messages.js';
import { Ring } from './ring.js';

/** The thread that hashes the whole, block by block, and chunks while it waits for the next. */
const ring = new Ring((workerData as ThreadTask).memory);
const whole = createHash('sha256');

while (ring.get('stop') === 0) {
  const tick = ring.get('tick');
  const ended = ring.get('ended'); // Before `written`, which does not change any more once it is set.
  const written = ring.get('written');
  const hashed = ring.get('hashed');
  if (hashed < written) {
    whole.update(ring.block(hashed));
    ring.set('hashed', hashed + 1);
  } else if (ended > 0 && hashed === written) {
    ring.wholeDigest().set(whole.update(ring.block(hashed, ended - 1)).digest());
    ring.set('hashed', hashed + 1);
  } else if (!ring.hashOne()) {
    if (ended > 0) break;
    ring.wait(tick);
  }
}

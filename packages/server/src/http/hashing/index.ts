/** What is uploaded is hashed as it comes: where it comes, or beside that by a thread of the process. */
import { createHash } from 'node:crypto';

import { HashThread } from './hash-thread.js';
import { HashHere } from './running-hash.js';
import type { RunningHash } from './running-hash.js';

export { HashHere } from './running-hash.js';
export type { RunningHash } from './running-hash.js';

/** Bytes of a body for which it is worth to ask another thread. */
const worthwhile = 4 * 1024 * 1024;

const thread = new HashThread();

/** A hash for a body of a size, bytes. Its `close` must be called. */
export function openHash(size: number): RunningHash {
  return size < worthwhile ? new HashHere(createHash('sha256')) : thread.open();
}

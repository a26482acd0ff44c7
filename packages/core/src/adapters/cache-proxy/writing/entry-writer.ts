import type { Readable } from 'node:stream';

import type { TaskHash } from '../../../cache/index.js';
import type { ProxyTally } from '../../../cache-proxy/index.js';
import { messageOf } from '../../../kernel/index.js';
import { SpoolFailure } from '../files/spool.js';
import { NotQueued } from './queue-folder.js';
import type { QueueFolder } from './queue-folder.js';
import type { QueueSender } from './queue-sender.js';

/** Takes entries of Nx into the queue; what cannot be kept is dropped and told, for the task has its result anyway. */
export async function writeEntry(
  {
    queue,
    sender,
    tally,
  }: { readonly queue: QueueFolder; readonly sender: QueueSender; readonly tally: ProxyTally },
  hash: TaskHash,
  body: Readable,
): Promise<void> {
  try {
    if (sender.refusal !== undefined) throw new NotQueued(sender.refusal);
    sender.add(await queue.add(hash, body));
  } catch (error) {
    tally.wrote({ kind: 'dropped', why: whyOf(error) });
  }
}

function whyOf(error: unknown): string {
  if (error instanceof NotQueued || error instanceof SpoolFailure) return error.why;
  const { code } = error as { code?: unknown };
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'
    ? 'Nx broke off amidst an entry'
    : `something failed here: ${messageOf(error)}`;
}

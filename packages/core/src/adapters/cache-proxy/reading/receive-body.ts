import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

import type { EntryStatement } from '../../../cache/index.js';
import { refusedArchive } from '../../../cache-proxy/index.js';
import { fromHex, MlError } from '../../../kernel/index.js';
import type { Answer } from '../upstream/ask.js';
import { writeAll } from '../files/spool.js';

export interface Receiving {
  readonly statement: EntryStatement;
  /** Bytes. */
  readonly maxEntry: number;
  readonly handle: FileHandle;
}

/**
 * Takes the body of an answer into a file, and compares it with what was signed.
 *
 * @throws MlError ERR_ML_CACHE_ENTRY_UNTRUSTED as soon as it is longer, or when other bytes came; ERR_ML_CACHE_ENTRY_MALFORMED for one
 * that is too large; SpoolFailure, UpstreamTrouble
 */
export async function receiveBody(answer: Answer, receiving: Receiving): Promise<void> {
  const { statement, maxEntry, handle } = receiving;
  const { size, digest } = statement;
  if (size > maxEntry) throw refusedArchive(`has ${String(size)} bytes, more than --max-entry allows`);
  const hash = createHash('sha256');
  let received = 0;
  for await (const part of answer.body) {
    received += part.length;
    if (received > size) throw untrusted(`it has more than the ${String(size)} bytes that were signed`);
    hash.update(part);
    await writeAll(handle, part);
  }
  if (fromHex(hash.digest('hex')) !== digest) throw untrusted('its bytes are not those that were signed');
}

function untrusted(why: string): MlError {
  return new MlError('ERR_ML_CACHE_ENTRY_UNTRUSTED', {
    message: `An entry of the remote cache is not believed: ${why}`,
    fix: 'It counts as absent and the task runs. Look at the storage of the cache server: nx-ml-server scrub.',
  });
}

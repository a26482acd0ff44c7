/** The thread of HashThread. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

import type { FromThread, ToThread } from './messages.js';

const memories = new Map<number, SharedArrayBuffer>();
const hashes = new Map<number, ReturnType<typeof createHash>>();
const answer = (message: FromThread): void => {
  parentPort?.postMessage(message);
};

parentPort?.on('message', (message: ToThread) => {
  const { lane } = message;
  if (message.kind === 'open') memories.set(lane, message.memory);
  else if (message.kind === 'start') hashes.set(lane, createHash('sha256'));
  else if (message.kind === 'close') {
    memories.delete(lane);
    hashes.delete(lane);
  } else if (message.kind === 'digest') answer(hashes.get(lane)?.digest('hex'));
  else {
    const { start, length } = message;
    hashes.get(lane)?.update(new Uint8Array(memories.get(lane) ?? new SharedArrayBuffer(0), start, length));
    answer(undefined);
  }
});
answer('ready');

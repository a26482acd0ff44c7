import { parentPort, workerData } from 'node:worker_threads';

import type { FromReader, ThreadTask } from './messages.js';
import { Reading, told } from './reading.js';

/** The thread that reads and cuts. */
const tell = (message: FromReader): void => {
  parentPort?.postMessage(message, message.kind === 'cut' ? [message.list.buffer] : []);
};

try {
  new Reading(workerData as ThreadTask, tell).run();
} catch (error) {
  tell(told(error));
}

/** The other thread of Hands. It is started with the folders that it works in, and answers one message after the other. */
import { parentPort, workerData } from 'node:worker_threads';

import { nodeFileCalls } from './file-calls.js';
import { answerTo } from './hand-messages.js';
import type { HandPlace, Request } from './hand-messages.js';
import { Hand } from './hand.js';
import { ObjectFiles } from './object-files.js';
import { StoreFolder } from './store-folder.js';

const { root, now, temporaries } = workerData as HandPlace;
const folder = new StoreFolder(root, nodeFileCalls);
const clock = { now: () => now + performance.now(), monotonic: () => performance.now() };
const hand = new Hand(folder, new ObjectFiles(folder, clock), temporaries);
parentPort?.on('message', (request: Request) => {
  parentPort?.postMessage(answerTo(request, hand));
});
parentPort?.postMessage('ready');

/** The other thread of Hands. It is started with the folders that it works in, and answers one message after the other. */
import { parentPort, workerData } from 'node:worker_threads';

import { nodeFileCalls } from './file-calls.js';
import { answerTo } from './hand-messages.js';
import type { HandPlace, Request } from './hand-messages.js';
import { Hand } from './hand.js';
import { StoreFolder } from './store-folder.js';

const { root, temporaries } = workerData as HandPlace;
const hand = new Hand(new StoreFolder(root, nodeFileCalls), temporaries);
parentPort?.on('message', (request: Request) => {
  parentPort?.postMessage(answerTo(request, hand));
});
parentPort?.postMessage('ready');

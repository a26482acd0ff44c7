import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

import type * as Ort from 'onnxruntime-node';

import type { Run, RunAnswer, ThreadAnswer, ThreadData, ThreadMessage, ThreadStart } from './messages.js';
import { Session } from './session.js';

/**
 * The thread of one model: messages of runs come in, and are answered in their order. It ends by itself between two runs, when that is asked
 * for: amid one it cannot be ended without harm.
 */
const { task, ending } = workerData as ThreadData;
const isEnding = new Int32Array(ending);
const waiting: (readonly Run[])[] = [];
let isBusy = false;

async function begin(): Promise<Session | undefined> {
  try {
    const runtime = createRequire(__filename)(task.runtime) as typeof Ort;
    const session = await Session.open(runtime, task);
    parentPort?.postMessage({
      ready: true,
      inputs: session.inputs,
      outputs: session.outputs,
    } satisfies ThreadStart);
    return session;
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ ready: false, failed } satisfies ThreadStart);
    return undefined;
  }
}

async function work(session: Session): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  for (let runs = waiting.shift(); runs !== undefined && !endIsAsked(); runs = waiting.shift()) {
    const started = performance.now();
    const answers: RunAnswer[] = [];
    for (const run of runs) answers.push(await session.answer(run));
    parentPort?.postMessage({ answers, took: performance.now() - started } satisfies ThreadAnswer);
  }
  isBusy = false;
  if (endIsAsked()) parentPort?.close();
}

function endIsAsked(): boolean {
  return Atomics.load(isEnding, 0) === 1;
}

void begin().then((session) => {
  if (session === undefined) return;
  parentPort?.on('message', (runs: ThreadMessage) => {
    if (runs !== null) waiting.push(runs);
    void work(session);
  });
});

import { createRequire } from 'node:module';

import type * as Ort from 'onnxruntime-node';

import { Session } from './session.js';
import type { Trial, TrialResult } from './try-onnx.js';

/** The process in which a model is tried before it is loaded where others are served. */
async function attempt({ task, run }: Trial): Promise<TrialResult> {
  try {
    const runtime = createRequire(__filename)(task.runtime) as typeof Ort;
    const session = await Session.open(runtime, task);
    const answer = await session.answer(run);
    return 'failed' in answer
      ? { ok: false, why: `does not answer its example: ${answer.failed}` }
      : { ok: true };
  } catch (error) {
    return { ok: false, why: `cannot be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

process.once('message', (trial: Trial) => {
  void attempt(trial).then((result) => {
    process.send?.(result, () => process.exit(0));
  });
});

import { statSync } from 'node:fs';
import { createRequire } from 'node:module';

import type * as Ort from 'onnxruntime-node';

import type { InferenceRequest } from '../../protocol/index.js';
import type { Run, RunAnswer, ThreadAnswer, ThreadTask } from './messages.js';
import { Session } from './session.js';

/** Bytes of a file that is worth a second copy in memory. */
const mostBytes = 2 ** 20;
/** Milliseconds that the example may take, and how often it is asked to know that. */
const [mostTime, tries] = [0.2, 9];
/** How many times as much as the example one message may hold: what is larger is the thread's, and blocks nobody. */
const mostExamples = 64;

/**
 * A second session of a model that takes less than the way to its thread and back: it runs where the sockets are read. It loses nothing by
 * that: a thread keeps a slow run from the sockets, and not a crash from the process. docs/adr/0035.
 */
export class QuickSession {
  private constructor(
    private readonly session: Session,
    private readonly mostElements: number,
  ) {}

  /** @returns undefined for a model that is not that quick */
  static async open(
    task: ThreadTask,
    { inputs: tensors }: InferenceRequest,
  ): Promise<QuickSession | undefined> {
    if (tensors.length === 0 || statSync(task.file).size > mostBytes) return undefined;
    const runtime = createRequire(__filename)(task.runtime) as typeof Ort;
    const session = await Session.open(runtime, { ...task, threads: 1 });
    const inputs = tensors.map(({ shape: dims, data }) => ({ dims, data }));
    const took: number[] = [];
    for (let at = 0; at < tries; at += 1) {
      const started = performance.now();
      await session.answer({ inputs, outputs: undefined, rows: [1] });
      took.push(performance.now() - started);
    }
    took.sort((a, b) => a - b);
    if ((took[Math.floor(tries / 2)] ?? Infinity) > mostTime) return undefined;
    return new QuickSession(session, mostExamples * elementsOf(inputs));
  }

  fits(runs: readonly Run[]): boolean {
    return runs.reduce((sum, { inputs }) => sum + elementsOf(inputs), 0) <= this.mostElements;
  }

  async answer(runs: readonly Run[]): Promise<ThreadAnswer> {
    const started = performance.now();
    const answers: RunAnswer[] = [];
    for (const run of runs) answers.push(await this.session.answer(run));
    return { answers, took: performance.now() - started };
  }
}

function elementsOf(inputs: Run['inputs']): number {
  return inputs.reduce((sum, { data }) => sum + data.length, 0);
}

import type { TaskNode } from './graph.js';
import type { JobNode } from './job-queue.js';
import { runTasks } from './run-tasks.js';
import type { RunTasksOptions, TaskResult } from './run-tasks.js';

/**
 * `runTasks` as a stream: each result as its task ends. Work goes on while the reader is busy. A reader that stops
 * early cancels what is left, and its `break` waits until nothing runs any more.
 *
 * @throws MlError ERR_ML_GRAPH_CYCLE
 */
export async function* taskResults<T extends TaskNode, J extends JobNode>(
  options: Omit<RunTasksOptions<T, J>, 'onDone'>,
): AsyncGenerator<TaskResult<T>, void, undefined> {
  const waiting: TaskResult<T>[] = [];
  const stop = new AbortController();
  const state = { running: true };
  let wake: () => void = () => undefined;
  const all = runTasks({
    ...options,
    signal: options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]),
    onDone: (result) => {
      waiting.push(result);
      wake();
    },
  }).finally(() => {
    state.running = false;
    wake();
  });
  all.catch(() => undefined); // It is awaited below; until then a rejection is not unhandled.
  try {
    for (;;) {
      const result = waiting.shift();
      if (result !== undefined) yield result;
      else if (state.running)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      else break;
    }
  } finally {
    stop.abort();
    await all;
  }
}

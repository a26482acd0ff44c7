import { setMaxListeners } from 'node:events';

import type { TaskNode } from './graph.js';
import type { JobNode, Limits } from './job-queue.js';
import { Scheduler } from './scheduler.js';
import type { Action, SkipReason } from './scheduler.js';

export type TaskResult<T extends TaskNode = TaskNode> =
  | { readonly task: T; readonly state: 'done' }
  /** `error` is what resolve, run or finish threw first: an MlError, or a bug to be shown as one. */
  | { readonly task: T; readonly state: 'failed'; readonly error: unknown }
  | { readonly task: T; readonly state: 'skipped'; readonly because: SkipReason };

export interface JobTurn {
  /** Aborted when the job has to end. */
  readonly signal: AbortSignal;
  /** Gives the slot and the resources to the next job; to be called once at most, see `Scheduler.jobFreed`. */
  readonly free: () => void;
}

export interface RunTasksOptions<T extends TaskNode, J extends JobNode> {
  readonly tasks: readonly T[];
  readonly limits: Limits;
  /** Cheap: finds out what the task needs. No jobs: it is done, its result was restored. */
  resolve(task: T, signal: AbortSignal): Promise<readonly J[]>;
  /** Runs one job to its end; a rejection fails the task. */
  run(task: T, job: J, turn: JobTurn): Promise<void>;
  /** Publishes the result after the last job ended well. Dependents start after it. Not called without jobs. */
  finish?(task: T): Promise<void>;
  /** Aborting cancels: running jobs see it on their own signal, nothing new starts, the rest is skipped. */
  readonly signal?: AbortSignal;
  /** Called once for each task, as it ends. What it throws is a bug: all is cancelled, and `runTasks` rejects. */
  onDone?(result: TaskResult<T>): void;
}

/**
 * Runs a task graph. Resolves, in the order in which the tasks ended, when all have and nothing runs any more.
 * An error fails its own task only, and skips that task's dependents.
 *
 * @throws MlError ERR_ML_GRAPH_CYCLE
 */
export async function runTasks<T extends TaskNode, J extends JobNode>(
  options: RunTasksOptions<T, J>,
): Promise<readonly TaskResult<T>[]> {
  return new Driver(options).run();
}

class Driver<T extends TaskNode, J extends JobNode> {
  readonly #options: RunTasksOptions<T, J>;
  readonly #scheduler: Scheduler<J>;
  readonly #tasks: ReadonlyMap<string, T>;
  readonly #errors = new Map<string, unknown>();
  readonly #results: TaskResult<T>[] = [];
  readonly #abort = new AbortController();
  #bug: { readonly error: unknown } | undefined;
  #allEnded: () => void = () => undefined;

  constructor(options: RunTasksOptions<T, J>) {
    this.#options = options;
    this.#scheduler = new Scheduler<J>(options.tasks, options.limits);
    this.#tasks = new Map(options.tasks.map((task) => [task.id, task]));
    setMaxListeners(0, this.#abort.signal);
  }

  async run(): Promise<readonly TaskResult<T>[]> {
    const { signal } = this.#options;
    const cancel = (): void => {
      this.#cancel();
      this.#pump();
    };
    const ended = new Promise<void>((resolve) => {
      this.#allEnded = resolve;
    });
    if (signal?.aborted === true) this.#cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    this.#pump();
    await ended;
    signal?.removeEventListener('abort', cancel);
    if (this.#bug !== undefined) throw this.#bug.error;
    return this.#results;
  }

  #cancel(): void {
    this.#scheduler.cancel();
    this.#abort.abort(this.#options.signal?.reason);
  }

  /** Does all that can be done now; called again after each event. */
  #pump(): void {
    for (const action of this.#scheduler.take()) this.#act(action);
    if (this.#scheduler.finished) this.#allEnded();
  }

  #act(action: Action<J>): void {
    const task = this.#task(action.task);
    switch (action.type) {
      case 'resolve':
        void this.#resolve(task);
        break;
      case 'run':
        void this.#run(task, action.job);
        break;
      case 'finish':
        void this.#finish(task);
        break;
      case 'done':
        this.#report({ task, state: 'done' });
        break;
      case 'failed':
        this.#report({ task, state: 'failed', error: this.#errors.get(task.id) });
        break;
      case 'skip':
        this.#report({ task, state: 'skipped', because: action.because });
        break;
    }
  }

  async #resolve(task: T): Promise<void> {
    const outcome = await settled(() => this.#options.resolve(task, this.#abort.signal));
    if (outcome.ok) {
      try {
        this.#scheduler.resolved(task.id, outcome.value);
      } catch (error) {
        this.#fail(task, error);
      }
    } else this.#fail(task, outcome.error);
    this.#pump();
  }

  async #run(task: T, job: J): Promise<void> {
    const free = (): void => {
      this.#scheduler.jobFreed(task.id, job.id);
      this.#pump();
    };
    const { signal } = this.#abort;
    const outcome = await settled(() => this.#options.run(task, job, { signal, free }));
    if (!outcome.ok) this.#keep(task, outcome.error);
    this.#scheduler.jobEnded(task.id, job.id, outcome.ok);
    this.#pump();
  }

  async #finish(task: T): Promise<void> {
    const outcome = await settled(async () => this.#options.finish?.(task));
    if (outcome.ok) this.#scheduler.completed(task.id);
    else this.#fail(task, outcome.error);
    this.#pump();
  }

  #fail(task: T, error: unknown): void {
    this.#keep(task, error);
    this.#scheduler.failed(task.id);
  }

  #keep(task: T, error: unknown): void {
    if (!this.#errors.has(task.id)) this.#errors.set(task.id, error);
  }

  #report(result: TaskResult<T>): void {
    this.#results.push(result);
    try {
      this.#options.onDone?.(result);
    } catch (error) {
      this.#bug ??= { error };
      this.#cancel();
      queueMicrotask(() => {
        this.#pump();
      });
    }
  }

  #task(id: string): T {
    const task = this.#tasks.get(id);
    if (task === undefined) throw new Error(`there is no task ${id}`);
    return task;
  }
}

type Settled<V> = { readonly ok: true; readonly value: V } | { readonly ok: false; readonly error: unknown };

/** Also catches what is thrown before the first await. */
async function settled<V>(work: () => Promise<V>): Promise<Settled<V>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

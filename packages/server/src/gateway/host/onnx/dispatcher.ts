import type { BatchRules, ModelSignature } from '@nx-ml/core/bundle';

import { InferenceFailure } from '../../protocol/index.js';
import type { InferenceRequest, Tensor } from '../../protocol/index.js';
import type { HostLimits } from '../model-host.js';
import { Asked } from './asked.js';
import { BatchQueue } from './batch-queue.js';
import type { Run, RunResult, ThreadAnswer } from './messages.js';
import { joinRows, resultsOf } from './rows.js';
import { tensorsOf } from './tensors-of.js';

export interface DispatcherOptions {
  readonly signature: ModelSignature;
  readonly batch: BatchRules | undefined;
  readonly limits: HostLimits;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** The answer comes by `answer`, with the number of the message. */
  readonly send: (message: number, runs: readonly Run[]) => void;
}

interface Message {
  /** Each with who asked. */
  readonly runs: readonly (readonly Asked[])[];
  readonly at: number;
}

/** Milliseconds. A model that takes less gets its next message before it has answered the last: the way there and back takes as long. */
const quick = 0.5;

/**
 * Between requests and the thread of a model: what waits, what is under way, and who gets which rows of an answer. While the thread works,
 * requests gather, and go together as soon as it is free: under load they are joined without anybody's waiting for it.
 */
export class Dispatcher {
  readonly #queue: BatchQueue<Asked>;
  /** Under way, by their numbers; the first is the oldest. */
  readonly #sent = new Map<number, Message>();
  #lastMessage = 0;
  #isOpen = true;
  #asked = 0;
  /** Milliseconds that the thread takes for a message, a moving average. */
  #took = 0;
  #isDue = false;
  #delay: NodeJS.Timeout | undefined;
  #onIdle: (() => void)[] = [];

  constructor(private readonly options: DispatcherOptions) {
    this.#queue = new BatchQueue(options.batch);
  }

  ask(request: InferenceRequest): Promise<readonly Tensor[]> {
    const { limits, now } = this.options;
    if (this.#asked >= limits.queue)
      return Promise.reject(new InferenceFailure('busy', `${String(limits.queue)} requests wait already`));
    this.#asked += 1;
    return new Promise((resolve, reject) => {
      this.#queue.push(new Asked({ request, until: now() + limits.timeout, resolve, reject }));
      this.#gather();
    });
  }

  /** A message is answered. */
  answer(message: number, { answers, took }: ThreadAnswer): void {
    const { runs = [] } = this.#sent.get(message) ?? {};
    this.#sent.delete(message);
    this.#took = 0.8 * this.#took + 0.2 * took;
    runs.forEach((run, at) => {
      const results = resultsOf(
        answers[at] ?? { failed: 'it gave no answer' },
        run.map(({ rows }) => rows),
      );
      run.forEach((asked, place) => {
        this.#settle(asked, results[place] ?? { failed: 'it gave no answer' });
      });
    });
    this.#gather();
  }

  /** The thread is gone, and with it what it had; what waits waits for `resume`. */
  lose(failure: InferenceFailure): void {
    this.#isOpen = false;
    const lost = [...this.#sent.values()];
    this.#sent.clear();
    for (const { runs } of lost) for (const asked of runs.flat()) this.#fail(asked, failure);
  }

  /** There is another thread. */
  resume(): void {
    this.#isOpen = true;
    this.#gather();
  }

  refuseWaiting(failure: InferenceFailure): void {
    for (const asked of this.#queue.drop(() => true)) this.#fail(asked, failure);
  }

  /** Ends what nobody waits for any more. @returns whether the thread seems to hang */
  endOverdue(): boolean {
    const { now, limits } = this.options;
    const [at, isOverdue] = [now(), ({ until }: Asked): boolean => until <= now()];
    const failure = new InferenceFailure('timeout', `no answer within ${String(limits.timeout)} ms`);
    for (const asked of this.#queue.drop(isOverdue)) this.#fail(asked, failure);
    for (const { runs } of this.#sent.values())
      for (const asked of runs.flat().filter(isOverdue)) this.#fail(asked, failure);
    const [first] = this.#sent.values();
    return first !== undefined && at - first.at > limits.timeout;
  }

  /** Resolves when everything that was asked is answered. */
  idle(): Promise<void> {
    if (this.#asked === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** What is read from the sockets in the same turn of the event loop goes together. */
  #gather(): void {
    if (this.#isDue || !this.#mayBegin()) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#begin();
    });
  }

  #mayBegin(): boolean {
    return this.#isOpen && this.#queue.length > 0 && this.#sent.size < (this.#took < quick ? 2 : 1);
  }

  #begin(): void {
    if (!this.#mayBegin()) return;
    const { batch } = this.options;
    if (batch === undefined || batch.maxDelay === 0 || this.#queue.isFull) this.#send();
    else
      this.#delay ??= setTimeout(() => {
        this.#delay = undefined;
        if (this.#mayBegin()) this.#send();
      }, batch.maxDelay);
  }

  #send(): void {
    clearTimeout(this.#delay);
    this.#delay = undefined;
    const runs = this.#queue.take();
    this.#lastMessage += 1;
    this.#sent.set(this.#lastMessage, { runs, at: this.options.now() });
    this.options.send(this.#lastMessage, runs.map(runOf));
    this.#gather();
  }

  #settle(asked: Asked, result: RunResult): void {
    if (asked.isSettled) return;
    if ('failed' in result) {
      this.#fail(asked, new InferenceFailure('model', `the model failed: ${result.failed.slice(0, 500)}`));
      return;
    }
    try {
      asked.resolve(tensorsOf(result.outputs, this.options.signature, asked.request.outputs));
      this.#count();
    } catch (error) {
      this.#fail(asked, error as InferenceFailure);
    }
  }

  #fail(asked: Asked, failure: InferenceFailure): void {
    if (asked.isSettled) return;
    asked.reject(failure);
    this.#count();
  }

  #count(): void {
    this.#asked -= 1;
    if (this.#asked === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

function runOf(run: readonly Asked[]): Run {
  const [first] = run;
  if (first === undefined) throw new Error('A run of nobody.');
  const inputs = first.request.inputs.map((_, at) =>
    joinRows(
      run.map(({ request }) => {
        const { shape: dims = [], data = [] } = request.inputs[at] ?? {};
        return { dims, data };
      }),
    ),
  );
  return { inputs, outputs: first.request.outputs, rows: run.map(({ rows }) => rows) };
}

import type { BatchRules, ModelSignature } from '@nx-ml/core/bundle';

import { InferenceFailure } from '../../protocol/index.js';
import type { InferenceRequest, Tensor } from '../../protocol/index.js';
import type { HostLimits } from '../model-host.js';
import { Asked, runOf } from './asked.js';
import type { Run, RunResult, ThreadAnswer } from './messages.js';
import { resultsOf } from './rows.js';
import { Sending } from './sending.js';
import { tensorsOf } from './tensors-of.js';

export interface DispatcherOptions {
  readonly signature: ModelSignature;
  readonly batch: BatchRules | undefined;
  readonly limits: HostLimits;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Whether the model runs while requests are read. */
  readonly isApart: boolean;
  /** The answer comes by `answer`, with the number of the message. */
  readonly send: (message: number, runs: readonly Run[]) => void;
}

/** Between requests and the thread of a model: who waits, for how long at most, and who gets which rows of an answer. Each is settled once. */
export class Dispatcher {
  readonly #sending: Sending<Asked>;
  #asked = 0;
  #onIdle: (() => void)[] = [];

  constructor(private readonly options: DispatcherOptions) {
    this.#sending = new Sending({
      ...options,
      send: (message, runs) => {
        options.send(message, runs.map(runOf));
      },
    });
  }

  ask(request: InferenceRequest): Promise<readonly Tensor[]> {
    const { limits, now } = this.options;
    if (this.#asked >= limits.queue)
      return Promise.reject(new InferenceFailure('busy', `${String(limits.queue)} requests wait already`));
    this.#asked += 1;
    return new Promise((resolve, reject) => {
      this.#sending.push(new Asked({ request, until: now() + limits.timeout, resolve, reject }));
    });
  }

  /** A message is answered. */
  answer(message: number, { answers, took }: ThreadAnswer): void {
    this.#sending.answered(message, took).forEach((run, at) => {
      const results = resultsOf(
        answers[at] ?? { failed: 'it gave no answer' },
        run.map(({ rows }) => rows),
      );
      run.forEach((asked, place) => {
        this.#settle(asked, results[place] ?? { failed: 'it gave no answer' });
      });
    });
  }

  /** The thread is gone, and with it what it had; what waits waits for `resume`. */
  lose(failure: InferenceFailure): void {
    for (const asked of this.#sending.lose()) this.#fail(asked, failure);
  }

  /** There is another thread. */
  resume(): void {
    this.#sending.resume();
  }

  refuseWaiting(failure: InferenceFailure): void {
    for (const asked of this.#sending.drop(() => true)) this.#fail(asked, failure);
  }

  /** Ends what nobody waits for any more. @returns whether the thread seems to hang */
  endOverdue(): boolean {
    const { now, limits } = this.options;
    const at = now();
    const isOverdue = ({ until }: Asked): boolean => until <= at;
    const overdue = [...this.#sending.drop(isOverdue), ...this.#sending.underWay.filter(isOverdue)];
    const failure = new InferenceFailure('timeout', `no answer within ${String(limits.timeout)} ms`);
    for (const asked of overdue) this.#fail(asked, failure);
    return this.#sending.busyFor() > limits.timeout;
  }

  /** Resolves when everything that was asked is answered. */
  idle(): Promise<void> {
    if (this.#asked === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
    });
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

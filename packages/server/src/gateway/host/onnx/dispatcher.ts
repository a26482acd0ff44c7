import type { BatchRules, ModelSignature } from '@nx-ml/core/bundle';

import { InferenceFailure } from '../../protocol/index.js';
import type { InferenceRequest, Tensor } from '../../protocol/index.js';
import type { HostLimits } from '../model-host.js';
import { Asked, runOf } from './asked.js';
import { BatchQueue } from './batch-queue.js';
import type { Run, RunResult, ThreadAnswer } from './messages.js';
import { Pace } from './pace.js';
import { resultsOf } from './rows.js';
import { tensorsOf } from './tensors-of.js';

export interface DispatcherOptions {
  readonly signature: ModelSignature;
  readonly batch: BatchRules | undefined;
  readonly limits: HostLimits;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Whether the model runs while requests are read: then it has its next message before it has answered the last. */
  readonly isApart: boolean;
  /** The answer comes by `answer`, with the number of the message. */
  readonly send: (message: number, runs: readonly Run[]) => void;
}

/** What one message asks for: runs, each with who asked. */
type Sent = readonly (readonly Asked[])[];

/** Milliseconds. A model that takes less gets its next message before it has answered the last: the way there and back takes as long. */
const quick = 0.5;

/** Messages under way, at most: the thread finds its next one when it has done one. More would be requests that nothing joins any more. */
const mostSent = 2;

/**
 * Between requests and the thread of a model: what waits, what is under way, and who gets which rows of an answer. While the thread works,
 * requests gather, and go together as soon as it is free, or enough of them are there (`Pace`): under load they are joined without anybody's
 * waiting for it.
 */
export class Dispatcher {
  readonly #queue: BatchQueue<Asked>;
  readonly #pace = new Pace();
  /** Under way, by the numbers of their messages. */
  readonly #sent = new Map<number, Sent>();
  /** Since when the thread has had the same to do. */
  #since = 0;
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
    this.#pace.asked(this.#asked);
    return new Promise((resolve, reject) => {
      this.#queue.push(new Asked({ request, until: now() + limits.timeout, resolve, reject }));
      this.#gather();
    });
  }

  /** A message is answered. */
  answer(message: number, { answers, took }: ThreadAnswer): void {
    const runs = this.#sent.get(message) ?? [];
    this.#sent.delete(message);
    this.#since = this.options.now();
    this.#took = 0.8 * this.#took + 0.2 * took;
    this.#pace.answered(
      runs.reduce((sum, run) => sum + run.length, 0),
      took,
    );
    // Before the answers are written: the thread works meanwhile.
    this.#gather();
    runs.forEach((run, at) => {
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
    this.#isOpen = false;
    const lost = [...this.#sent.values()];
    this.#sent.clear();
    for (const asked of lost.flat(2)) this.#fail(asked, failure);
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
    for (const asked of [...this.#sent.values()].flat(2).filter(isOverdue)) this.#fail(asked, failure);
    return this.#sent.size > 0 && at - this.#since > limits.timeout;
  }

  /** Resolves when everything that was asked is answered. */
  idle(): Promise<void> {
    if (this.#asked === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** Whole parts go at once; of the rest, what is read from the sockets in the same turn of the event loop goes together. */
  #gather(): void {
    while (this.#isWhole()) this.#send();
    if (this.#isDue || !this.#mayBegin()) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#begin();
    });
  }

  #isWhole(): boolean {
    if (!this.#isOpen || this.#queue.length === 0 || this.#sent.size >= mostSent) return false;
    return this.#queue.isFull || this.#queue.length >= this.#part;
  }

  /** Requests that go together though more might come. */
  get #part(): number {
    const { isApart, batch } = this.options;
    return isApart && batch !== undefined ? this.#pace.part : Infinity;
  }

  /** Where nothing is joined, nothing is lost by going early. */
  #mayBegin(): boolean {
    const most = this.options.batch === undefined || this.#took < quick ? mostSent : 1;
    return this.#isOpen && this.#queue.length > 0 && this.#sent.size < most;
  }

  #begin(): void {
    if (!this.#mayBegin()) return;
    const { batch } = this.options;
    // When everybody is there who asked lately, nobody else is worth waiting for.
    if (batch === undefined || batch.maxDelay === 0 || this.#queue.length >= this.#pace.load) this.#sendOne();
    else
      this.#delay ??= setTimeout(() => {
        if (this.#mayBegin()) this.#sendOne();
        else this.#delay = undefined;
      }, batch.maxDelay);
  }

  #sendOne(): void {
    this.#send();
    this.#gather();
  }

  #send(): void {
    clearTimeout(this.#delay);
    this.#delay = undefined;
    const { now, send } = this.options;
    const runs = this.#queue.take(this.#part);
    this.#pace.sent(this.#asked);
    if (this.#sent.size === 0) this.#since = now();
    this.#lastMessage += 1;
    this.#sent.set(this.#lastMessage, runs);
    send(this.#lastMessage, runs.map(runOf));
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

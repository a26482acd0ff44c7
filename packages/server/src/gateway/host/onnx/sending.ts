import type { BatchRules } from '@nx-ml/core/bundle';

import { BatchQueue } from './batch-queue.js';
import type { Waiting } from './batch-queue.js';
import { Pace } from './pace.js';

export interface SendingOptions<T> {
  readonly batch: BatchRules | undefined;
  /** Whether the model runs while requests are read: then it has its next message before it has answered the last. */
  readonly isApart: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** `answered` is told the number of the message. */
  readonly send: (message: number, runs: Runs<T>) => void;
}

/** What one message asks for: runs, each with who asked. */
export type Runs<T> = readonly (readonly T[])[];

/** Milliseconds. A model that takes less gets its next message before it has answered the last: the way there and back takes as long. */
const quick = 0.5;

/** Messages under way, at most: the thread finds its next one when it has done one. More would be requests that nothing joins any more. */
const mostSent = 2;

/**
 * When what goes to the thread of a model. While it works, requests gather, and go together as soon as it is free, or as enough of them are
 * there (`Pace`): under load they are joined without anybody's waiting for it.
 */
export class Sending<T extends Waiting> {
  readonly #queue: BatchQueue<T>;
  readonly #pace = new Pace();
  /** Under way, by the numbers of their messages. */
  readonly #sent = new Map<number, Runs<T>>();
  #lastMessage = 0;
  #isOpen = true;
  /** Since when the thread has had the same to do. */
  #since = 0;
  /** Milliseconds that the thread takes for a message, a moving average. */
  #took = 0;
  #isDue = false;
  #delay: NodeJS.Timeout | undefined;

  constructor(private readonly options: SendingOptions<T>) {
    this.#queue = new BatchQueue(options.batch);
  }

  /** All that were sent and are not answered. */
  get underWay(): readonly T[] {
    return [...this.#sent.values()].flat(2);
  }

  push(item: T): void {
    this.#queue.push(item);
    this.#pace.asked(this.#count());
    this.#gather();
  }

  /**
   * A message is answered; the next one goes, before anything is done with the answers: the thread works meanwhile.
   *
   * @param took milliseconds. @returns what the message asked for; nothing for one that was lost
   */
  answered(message: number, took: number): Runs<T> {
    const runs = this.#sent.get(message) ?? [];
    this.#sent.delete(message);
    this.#since = this.options.now();
    this.#took = 0.8 * this.#took + 0.2 * took;
    this.#pace.answered(requestsOf(runs), took);
    this.#gather();
    return runs;
  }

  /** Takes out of what waits what is wanted no longer. */
  drop(isUnwanted: (item: T) => boolean): readonly T[] {
    return this.#queue.drop(isUnwanted);
  }

  /** The thread is gone; what waits waits for `resume`. @returns what it had */
  lose(): readonly T[] {
    this.#isOpen = false;
    clearTimeout(this.#delay);
    this.#delay = undefined;
    const lost = this.underWay;
    this.#sent.clear();
    return lost;
  }

  /** There is another thread. */
  resume(): void {
    this.#isOpen = true;
    this.#gather();
  }

  /** @returns milliseconds for which the thread has had the same to do; 0 where it has nothing */
  busyFor(): number {
    return this.#sent.size === 0 ? 0 : this.options.now() - this.#since;
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
    const { maxDelay = 0 } = this.options.batch ?? {};
    // When everybody is there who asked lately, nobody else is worth waiting for.
    if (maxDelay === 0 || this.#queue.length >= this.#pace.load) this.#sendAll();
    else
      this.#delay ??= setTimeout(() => {
        this.#delay = undefined;
        this.#sendAll();
      }, maxDelay);
  }

  #sendAll(): void {
    if (this.#mayBegin()) this.#send();
    this.#gather();
  }

  #send(): void {
    clearTimeout(this.#delay);
    this.#delay = undefined;
    this.#pace.sent(this.#count());
    const runs = this.#queue.take(this.#part);
    if (this.#sent.size === 0) this.#since = this.options.now();
    this.#lastMessage += 1;
    this.#sent.set(this.#lastMessage, runs);
    this.options.send(this.#lastMessage, runs);
  }

  /** Requests that wait or are under way. */
  #count(): number {
    let count = this.#queue.length;
    for (const runs of this.#sent.values()) count += requestsOf(runs);
    return count;
  }
}

function requestsOf(runs: Runs<unknown>): number {
  return runs.reduce((sum, run) => sum + run.length, 0);
}

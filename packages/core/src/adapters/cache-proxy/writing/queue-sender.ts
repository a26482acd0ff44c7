import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { CircuitBreaker, retryDelay, writeMeaning } from '../../../cache-proxy/index.js';
import type { ProxyTally, RetrySchedule, WriteMeaning } from '../../../cache-proxy/index.js';
import { fromHex, messageOf } from '../../../kernel/index.js';
import type { Clock, Digest, Rng } from '../../../kernel/index.js';
import { Denied } from '../../server-session/index.js';
import type { Credentials } from '../../server-session/index.js';
import { ask, endOf } from '../upstream/ask.js';
import type { Upstream } from '../upstream/ask.js';
import { UpstreamTrouble } from '../upstream/trouble.js';
import type { QueuedFile, QueueFolder } from './queue-folder.js';

export interface SenderOptions {
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  readonly queue: QueueFolder;
  readonly tally: ProxyTally;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly schedule: Omit<RetrySchedule, 'attempts'>;
}

interface Waiting {
  readonly file: QueuedFile;
  readonly failed: number;
  /** Monotonic milliseconds. */
  readonly notBefore: number;
}

type Sent = WriteMeaning | { readonly kind: 'lost'; readonly why: string };

const breakerPolicy = { failures: 3, firstMs: 1000, longestMs: 30_000 };

/** Under way at once. */
const lanes = 4;

/** Sends what waits in the queue, some at a time, for as long as it takes. */
export class QueueSender {
  readonly #options: SenderOptions;
  readonly #breaker: CircuitBreaker;
  readonly #ending = new AbortController();
  readonly #sleepers = new Set<() => void>();
  readonly #flying = new Set<Waiting>();
  #line: Waiting[] = [];
  /** Why nothing will be taken any more in this run. */
  #closed: { readonly why: string; readonly isForGood: boolean } | undefined;
  #isDraining = false;
  #failedSinceDrain = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(breakerPolicy, options.rng);
  }

  /** Why an entry need not even be kept; undefined while the server may take it. */
  get refusal(): string | undefined {
    return this.#closed?.isForGood === true ? this.#closed.why : undefined;
  }

  /** Begins with what an earlier start left. */
  start(left: readonly QueuedFile[]): void {
    for (const file of left) this.add(file);
    this.#running = Promise.all(Array.from({ length: lanes }, () => this.#run()));
  }

  add(file: QueuedFile): void {
    this.#line.push({ file, failed: 0, notBefore: 0 });
    this.#wake();
  }

  /**
   * Sends what is left, and gives up when the time is over, when it is told so, or when the server turns out to be down: a run does
   * not wait for one that is.
   *
   * @returns what is left
   */
  async drain(ms: number, signal: AbortSignal): Promise<readonly QueuedFile[]> {
    this.#isDraining = true;
    this.#line = this.#line.map((waiting) => ({ ...waiting, notBefore: 0 }));
    this.#breaker.hurry();
    this.#wake();
    const time = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    const stop = (): void => {
      this.#ending.abort();
      this.#wake();
    };
    if (time.aborted) stop();
    else time.addEventListener('abort', stop);
    await this.#running;
    time.removeEventListener('abort', stop);
    return [...this.#flying, ...this.#line].map(({ file }) => file);
  }

  /** One lane. */
  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const next = this.#next();
      if (next !== undefined) {
        await this.#fly(next);
        continue;
      }
      if (this.#isDraining && this.#isHopeless()) return;
      await this.#sleep();
    }
  }

  async #fly(next: Waiting): Promise<void> {
    this.#line = this.#line.filter((each) => each !== next);
    this.#flying.add(next);
    const sent = await this.#send(next.file);
    this.#flying.delete(next);
    await this.#handle(next, sent);
    this.#wake();
  }

  /** While draining: is there nothing to wait for? */
  #isHopeless(): boolean {
    const isDone = this.#line.length === 0 && this.#flying.size === 0;
    return isDone || this.#closed !== undefined || this.#failedSinceDrain;
  }

  /** The first whose time has come, if the server may be asked. */
  #next(): Waiting | undefined {
    if (this.#closed !== undefined || this.#failedSinceDrain) return undefined;
    const now = this.#options.clock.monotonic();
    const next = this.#line.find(({ notBefore }) => notBefore <= now);
    return next !== undefined && this.#breaker.admits(now) ? next : undefined;
  }

  #wake(): void {
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }

  /** Until something happens, or something in the line has its time. */
  async #sleep(): Promise<void> {
    const now = this.#options.clock.monotonic();
    const soonest = Math.min(...this.#line.map(({ notBefore }) => notBefore)) - now;
    const ms = Math.max(soonest, this.#breaker.pauseFrom(now), 5);
    await new Promise<void>((resolve) => {
      const timer = Number.isFinite(ms) && this.#closed === undefined ? setTimeout(resolve, ms) : undefined;
      this.#sleepers.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #send(file: QueuedFile): Promise<Sent> {
    const { upstream, credentials } = this.#options;
    const { hash, size, path } = file;
    try {
      if ((await digestOfFile(path)) !== file.digest)
        return { kind: 'lost', why: 'an entry in the queue was damaged' };
      const { token } = await credentials.grant();
      const answer = await ask(upstream, {
        method: 'PUT',
        path: `v1/cache/${hash}`,
        token,
        signal: this.#ending.signal,
        body: { size, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) },
      });
      answer.leave();
      const meaning = writeMeaning(endOf(answer));
      const isRenewed = meaning.kind === 'unauthorized' && credentials.renew(token);
      return isRenewed ? { kind: 'again', why: meaning.why, afterMs: 0 } : meaning;
    } catch (error) {
      return sentOf(error);
    }
  }

  /** It is in no line while this decides where it goes. */
  async #handle(waiting: Waiting, sent: Sent): Promise<void> {
    const { tally } = this.#options;
    const { file } = waiting;
    switch (sent.kind) {
      case 'stored':
        this.#breaker.succeeded();
        tally.wrote({ kind: 'sent', bytes: file.size });
        return this.#forget(file);
      case 'taken':
        this.#breaker.succeeded();
        tally.wrote({ kind: 'taken' });
        return this.#forget(file);
      case 'unwanted':
        this.#breaker.succeeded();
        return this.#drop(file, sent.why);
      case 'lost':
        this.#breaker.undecided(this.#options.clock.monotonic());
        return this.#drop(file, sent.why);
      case 'read-only':
        return this.#close(waiting, sent.why);
      case 'unauthorized':
        this.#closed = { why: sent.why, isForGood: false };
        tally.trouble(sent.why);
        this.#line.push(waiting);
        return;
      case 'again':
      case 'wrong':
        this.#later(waiting, sent);
    }
  }

  async #forget(file: QueuedFile): Promise<void> {
    await this.#options.queue.remove(file).catch(() => undefined);
  }

  async #drop(file: QueuedFile, why: string): Promise<void> {
    this.#options.tally.wrote({ kind: 'dropped', why });
    await this.#forget(file);
  }

  /** A token that may only read will be one tomorrow, too: nothing is kept for it. */
  async #close(waiting: Waiting, why: string): Promise<void> {
    this.#closed = { why, isForGood: true };
    const all = [waiting, ...this.#line];
    this.#line = [];
    for (const { file } of all) await this.#drop(file, why);
  }

  #later(waiting: Waiting, sent: { readonly why: string; readonly afterMs?: number }): void {
    const { clock, rng, schedule, tally } = this.#options;
    const failed = waiting.failed + 1;
    if (this.#ending.signal.aborted) {
      this.#line.push(waiting);
      return;
    }
    const now = clock.monotonic();
    this.#breaker.failed(now);
    this.#failedSinceDrain = this.#isDraining;
    tally.trouble(sent.why);
    const endless = { ...schedule, attempts: Infinity };
    const delay = retryDelay(failed, sent.afterMs ?? 0, { schedule: endless, rng });
    this.#line.push({ file: waiting.file, failed, notBefore: now + (delay ?? 0) });
  }
}

function sentOf(error: unknown): Sent {
  if (error instanceof UpstreamTrouble) return writeMeaning({ kind: 'failed', failure: error.failure });
  if (error instanceof Denied) {
    const { why, passing } = error;
    return passing === undefined ? { kind: 'unauthorized', why } : { kind: 'again', why, afterMs: 0 };
  }
  const { code } = error as { code?: unknown };
  if (code === 'ENOENT') return { kind: 'taken' };
  return { kind: 'again', why: `sending failed here: ${messageOf(error)}`, afterMs: 0 };
}

async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(part as Buffer);
  return fromHex(hash.digest('hex'));
}

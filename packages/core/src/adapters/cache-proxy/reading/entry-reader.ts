import { setTimeout as pause } from 'node:timers/promises';

import type { TaskHash } from '../../../cache/index.js';
import { CircuitBreaker, readMeaning, retryDelay } from '../../../cache-proxy/index.js';
import type { ArchiveLimits, ProxyTally, ReadOutcome, RetrySchedule } from '../../../cache-proxy/index.js';
import type { Clock, Rng } from '../../../kernel/index.js';
import type { Credentials } from '../../server-session/index.js';
import { Slots } from '../slots.js';
import { ask, endOf } from '../upstream/ask.js';
import type { Answer, Upstream } from '../upstream/ask.js';
import { attemptOf } from './attempt.js';
import type { Attempt } from './attempt.js';
import { checkEntry } from './check-entry.js';
import type { FoundEntry } from './found-entry.js';
import { receiveBody } from './receive-body.js';
import { openSpool } from '../files/spool.js';
import type { OpenFile } from '../files/spool.js';
import type { Trust } from './trust.js';

export interface ReaderOptions {
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  readonly trust: Trust;
  readonly tally: ProxyTally;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Where it lies while it is received. */
  readonly folder: string;
  readonly opening: OpenFile;
  /** Bytes of an entry as it travels. */
  readonly maxEntry: number;
  readonly limits: ArchiveLimits;
  readonly schedule: RetrySchedule;
}

interface Ending {
  readonly entry?: FoundEntry;
  /** undefined where Nx gave up itself. */
  readonly outcome?: ReadOutcome;
}

/** Under way at once; more would share the same line. */
const atOnce = 16;

const breakerPolicy = { failures: 3, firstMs: 2000, longestMs: 60_000 };

/** Asks the server for entries, and gives none that was not received and verified from end to end. */
export class EntryReader {
  readonly #options: ReaderOptions;
  readonly #slots = new Slots(atOnce);
  readonly #breaker: CircuitBreaker;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(breakerPolicy, options.rng);
  }

  /** undefined where there is none that can be given, whatever the reason: the tally knows it. */
  async read(hash: TaskHash, signal: AbortSignal): Promise<FoundEntry | undefined> {
    const { entry, outcome } = await this.#slots.run(() => this.#persist(hash, signal));
    if (outcome !== undefined) this.#options.tally.read(outcome);
    return entry;
  }

  async #persist(hash: TaskHash, signal: AbortSignal): Promise<Ending> {
    const { clock, schedule, rng } = this.#options;
    for (let failed = 1; !signal.aborted; failed += 1) {
      if (!this.#breaker.admits(clock.monotonic()))
        return { outcome: { kind: 'unanswered', why: 'it had failed, and was not asked for a while' } };
      const attempt = await this.#observed(hash, signal);
      const ending = endingOf(attempt);
      if (ending !== undefined) return ending;
      if (attempt.kind !== 'again') continue;
      const delay = retryDelay(failed, attempt.afterMs, { schedule, rng });
      if (delay === undefined) return { outcome: { kind: 'unanswered', why: attempt.why } };
      await pause(delay, undefined, { signal }).catch(() => undefined);
    }
    return {};
  }

  /** An attempt, of which the breaker learns. */
  async #observed(hash: TaskHash, signal: AbortSignal): Promise<Attempt> {
    const attempt = await this.#attempt(hash, signal).catch(attemptOf);
    const now = this.#options.clock.monotonic();
    if (attempt.kind === 'found' || attempt.kind === 'absent') this.#breaker.succeeded();
    else if (signal.aborted || attempt.kind === 'renewed' || attempt.kind === 'unable')
      this.#breaker.undecided(now);
    else this.#breaker.failed(now);
    return attempt;
  }

  async #attempt(hash: TaskHash, signal: AbortSignal): Promise<Attempt> {
    const { upstream, credentials } = this.#options;
    const { token } = await credentials.grant();
    const answer = await ask(upstream, { method: 'GET', path: `v1/cache/${hash}`, token, signal });
    try {
      const meaning = readMeaning(endOf(answer));
      if (meaning.kind === 'entry') return { kind: 'found', entry: await this.#receive(answer, hash) };
      if (meaning.kind === 'absent' || meaning.kind === 'again') return meaning;
      if (meaning.kind === 'unauthorized' && credentials.renew(token)) return { kind: 'renewed' };
      return { kind: 'unanswered', why: meaning.why };
    } finally {
      answer.leave();
    }
  }

  async #receive(answer: Answer, hash: TaskHash): Promise<FoundEntry> {
    const { trust, folder, opening, maxEntry, limits } = this.#options;
    const statement = await trust.statementOf(answer, hash);
    const handle = await openSpool(folder, opening);
    try {
      await receiveBody(answer, { statement, maxEntry, handle });
      await checkEntry(handle, statement.size, limits);
      return { handle, size: statement.size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}

/** What Nx gets after such an attempt; undefined where there is another. */
function endingOf(attempt: Attempt): Ending | undefined {
  switch (attempt.kind) {
    case 'found':
      return { entry: attempt.entry, outcome: { kind: 'hit', bytes: attempt.entry.size } };
    case 'absent':
      return { outcome: { kind: 'miss' } };
    case 'refused':
      return { outcome: attempt };
    case 'unanswered':
    case 'unable':
      return { outcome: { kind: 'unanswered', why: attempt.why } };
    case 'again':
    case 'renewed':
      return undefined;
  }
}

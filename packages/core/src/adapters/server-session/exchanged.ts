import { setTimeout as pause } from 'node:timers/promises';

import type { Clock } from '../../kernel/index.js';
import { Denied } from './credentials.js';
import type { Credentials, Grant } from './credentials.js';
import { exchangeToken } from './exchange-token.js';
import type { IdTokens } from './id-tokens.js';
import type { Session, SharedSession } from './session.js';
import type { AskJson } from './small-question.js';

export interface ExchangeOptions {
  readonly server: URL;
  readonly ids: IdTokens;
  readonly ask: AskJson;
  readonly clock: Clock;
  /** Where there is one ID token for all processes of a job. */
  readonly shared?: SharedSession | undefined;
}

/** Milliseconds. A server that takes no token that it gave itself must not be asked for one with each task. */
const leastBetween = 30_000;

/**
 * A session of the server for an ID token of the CI system, renewed before it ends: for another ID token, or where there is only one,
 * for itself. Whoever asks while it is being exchanged waits for the same exchange, and a refusal is an answer, too: it is not
 * asked for again with the next request.
 */
export class ExchangedCredentials implements Credentials {
  readonly lasting = undefined;
  readonly #options: ExchangeOptions;
  #current: Promise<Grant> | undefined;
  #session: Session | undefined;
  /** When `current` is over; monotonic milliseconds. */
  #nextAt = Infinity;
  #gotAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  grant(): Promise<Grant> {
    if (this.#current !== undefined && this.#now() < this.#nextAt) return this.#current;
    this.#nextAt = Infinity;
    this.#current = this.#obtain();
    return this.#current;
  }

  renew(token: string | undefined): boolean {
    // Of many requests with one token, the first did this already.
    if (this.#session?.token !== token) return true;
    if (!this.#hasAnother(token)) return false;
    this.#session = undefined;
    this.#current = undefined;
    return true;
  }

  #hasAnother(token: string | undefined): boolean {
    const { ids, shared } = this.#options;
    if (ids.areMany) return this.#now() - this.#gotAt >= leastBetween;
    const other = shared?.read();
    return other !== undefined && other.token !== token;
  }

  async #obtain(): Promise<Grant> {
    const last = this.#session;
    try {
      const session = await this.#next(last);
      this.#session = session;
      this.#gotAt = this.#now();
      this.#nextAt = session.renewAt;
      return session;
    } catch (error) {
      // What cannot be renewed now is used to its end.
      if (last === undefined) return this.#refuse(error);
      this.#nextAt = this.#now() + leastBetween;
      return last;
    } finally {
      this.#keepAlive();
    }
  }

  #refuse(error: unknown): never {
    if (!(error instanceof Denied) || error.passing !== undefined) this.#current = undefined;
    else if (this.#options.ids.areMany) this.#nextAt = this.#now() + leastBetween;
    throw error;
  }

  async #next(last: Session | undefined): Promise<Session> {
    const { ids, shared } = this.#options;
    const other = shared?.read();
    if (other !== undefined && other.token !== last?.token) return this.#adopted(other);
    const session =
      last !== undefined && !ids.areMany ? await this.#exchanged(last.token) : await this.#first(ids);
    shared?.write(session);
    return session;
  }

  /** Another process of this job got it. */
  async #adopted(other: Session): Promise<Session> {
    if (other.renewAt > this.#now()) return other;
    const { shared } = this.#options;
    const session = await this.#exchanged(other.token).catch(() => ({
      ...other,
      renewAt: this.#now() + leastBetween,
    }));
    if (session.token !== other.token) shared?.write(session);
    return session;
  }

  async #first(ids: IdTokens): Promise<Session> {
    try {
      return await this.#exchanged(await ids.next());
    } catch (error) {
      const other = error instanceof Denied ? await this.#appearing() : undefined;
      if (other === undefined) throw error;
      return other;
    }
  }

  /** Of two processes that begin at once, one gets a session for the one ID token; the other finds it a moment later. */
  async #appearing(): Promise<Session | undefined> {
    const { shared } = this.#options;
    for (let tries = 0; shared !== undefined && tries < 10; tries += 1) {
      const other = shared.read();
      if (other !== undefined) return other;
      await pause(50);
    }
    return undefined;
  }

  /**
   * A session that ended cannot be renewed, and a training may ask for nothing for hours; so where there is no other ID token it is
   * renewed in time, whether anybody asks or not. Keeps no process from ending.
   */
  #keepAlive(): void {
    clearTimeout(this.#timer);
    if (this.#options.ids.areMany || this.#session === undefined || this.#nextAt === Infinity) return;
    const wait = Math.max(0, this.#nextAt - this.#now()) + 1000;
    this.#timer = setTimeout(() => void this.grant().catch(() => undefined), wait).unref();
  }

  #exchanged(token: string): Promise<Session> {
    return exchangeToken(token, this.#options);
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }
}

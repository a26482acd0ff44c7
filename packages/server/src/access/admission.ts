import type { Clock } from '@nx-ml/core/kernel';

import { Refusal } from '../http/refusal.js';
import type { Access, Authenticator } from './access.js';
import { FailureLimit } from './failure-limit.js';

/** Too many failed authentications from one place. */
export class TooManyFailures extends Refusal {
  /** Seconds. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(429, {
      message: 'Too many requests from here had no valid token',
      fix: `Look which job has an old token, and try again in ${String(retryAfter)} s. A valid token is let in meanwhile.`,
    });
    this.retryAfter = retryAfter;
  }
}

/** Lets requests in, and counts those that fail by where they come from. */
export class Admission {
  readonly #authenticator: Authenticator;
  readonly #limit: FailureLimit;

  constructor(authenticator: Authenticator, clock: Clock) {
    this.#authenticator = authenticator;
    this.#limit = new FailureLimit(clock);
  }

  /**
   * @param address of the client, as the server believes it; `request.ip` of Fastify
   * @throws Refusal 401; TooManyFailures (429) in its place after too many of them
   */
  admit(address: string, authorization: string | undefined): Promise<Access> {
    return this.counted(address, () => this.#authenticator.authenticate(authorization));
  }

  /** Counts a 401 of other ways to show who one is. */
  async counted<T>(address: string, authenticate: () => T | Promise<T>): Promise<T> {
    try {
      return await authenticate();
    } catch (error) {
      const wait = error instanceof Refusal && error.status === 401 ? this.#limit.fail(address) : undefined;
      throw wait === undefined ? error : new TooManyFailures(wait);
    }
  }
}

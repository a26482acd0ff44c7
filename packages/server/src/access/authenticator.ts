import type { Clock } from '@nx-ml/core/kernel';

import { Refusal } from '../http/refusal.js';
import type { Access, Authenticator } from './access.js';
import { bearerOf, unauthenticated } from './bearer.js';
import { FailureLimit } from './failure-limit.js';
import { openSession, sessionKey } from './session/index.js';
import type { StateFolder } from './state/index.js';
import { KnownTokens } from './tokens/index.js';
import { VerifiedHeaders } from './verified-headers.js';

export interface AuthenticatorOptions {
  readonly state: StateFolder;
  readonly clock: Clock;
  /** Told what keeps everybody out, such as a damaged tokens.json. One line, no secrets. */
  readonly warn: (message: string) => void;
}

/** Of this server: there are more ways to show who one is, and their failures are counted together. */
export interface CountingAuthenticator extends Authenticator {
  /** Does it, and counts a 401. @throws Refusal 429 in its place after too many of them */
  counting<T>(address: string, authenticate: () => T | Promise<T>): Promise<T>;
}

/**
 * Knows the tokens that were minted, as `tokens.json` is at the moment of a request, and the sessions that this server gave.
 *
 * @throws MlError ERR_ML_SERVER_STATE
 */
export function openAuthenticator({ state, clock, warn }: AuthenticatorOptions): CountingAuthenticator {
  const tokens = new KnownTokens(state, { clock, warn });
  const key = sessionKey(state);
  const limit = new FailureLimit(clock);
  const verified = new VerifiedHeaders();
  const find = (authorization: string | undefined): Access => {
    const text = bearerOf(authorization);
    const now = clock.now();
    const found = text === undefined ? undefined : (tokens.find(text) ?? openSession(text, { key, now }));
    if (found === undefined || authorization === undefined) throw unauthenticated();
    verified.keep(authorization, found, { now, version: tokens.version });
    const { scope, mode, subject } = found;
    return { scope, mode, subject };
  };
  const counting: CountingAuthenticator['counting'] = async (address, authenticate) => {
    try {
      return await authenticate();
    } catch (error) {
      const wait = error instanceof Refusal && error.status === 401 ? limit.fail(address) : undefined;
      throw wait === undefined ? error : tooMany(wait);
    }
  };
  return {
    counting,
    authenticate: async (authorization, address) =>
      address === undefined ? find(authorization) : counting(address, () => find(authorization)),
    recall: (authorization) =>
      authorization === undefined
        ? undefined
        : verified.recall(authorization, { now: clock.now(), version: tokens.versionLately() }),
  };
}

function tooMany(seconds: number): Refusal {
  return new Refusal(429, {
    message: 'Too many requests from here had no valid token',
    fix: `Look which job has an old token, and try again in ${String(seconds)} s. A valid token is let in meanwhile.`,
  });
}

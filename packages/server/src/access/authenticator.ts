import type { Clock } from '@nx-ml/core/kernel';

import type { Authenticator } from './access.js';
import { bearerOf, unauthenticated } from './bearer.js';
import { openSession, sessionKey } from './session/index.js';
import type { StateFolder } from './state/index.js';
import { KnownTokens } from './tokens/index.js';

export interface AuthenticatorOptions {
  readonly state: StateFolder;
  readonly clock: Clock;
  /** Told what keeps everybody out, such as a damaged tokens.json. One line, no secrets. */
  readonly warn: (message: string) => void;
}

/**
 * Knows the tokens that were minted, as `tokens.json` is at the moment of a request, and the sessions that this server gave.
 *
 * @throws MlError ERR_ML_SERVER_STATE
 */
export function openAuthenticator({ state, clock, warn }: AuthenticatorOptions): Authenticator {
  const tokens = new KnownTokens(state, { clock, warn });
  const key = sessionKey(state);
  return {
    authenticate: (authorization) => {
      const text = bearerOf(authorization);
      const found =
        text === undefined ? undefined : (tokens.find(text) ?? openSession(text, { key, now: clock.now() }));
      if (found === undefined) return Promise.reject(unauthenticated());
      const { scope, mode, subject } = found;
      return Promise.resolve({ scope, mode, subject });
    },
  };
}

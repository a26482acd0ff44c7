import { canonicalJson, digestOf, hexOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';

import type { Access } from '../access.js';
import { unauthenticated } from '../bearer.js';
import { longestSession, openSession, sessionKey, signSession } from '../session/index.js';
import type { Session } from '../session/index.js';
import type { StateFolder } from '../state/index.js';
import type { OidcConfig } from './config.js';
import { ExchangedTokens } from './exchanged-tokens.js';
import { IdTokens } from './id-tokens.js';
import type { VerifiedIdToken } from './id-tokens.js';
import { accessOf } from './trust.js';

export interface ExchangeOptions {
  readonly config: OidcConfig;
  readonly state: StateFolder;
  readonly clock: Clock;
  /** Told of issuers that cannot be asked. One line, no secrets. */
  readonly warn: (message: string) => void;
}

export interface GivenSession {
  readonly token: string;
  readonly session: Session;
}

/** Gives sessions for ID tokens, and renews them. */
export class TokenExchange {
  readonly #clock: Clock;
  readonly #key: Buffer;
  readonly #ids: IdTokens;
  readonly #taken: ExchangedTokens;
  readonly #grant: string;

  /** @throws MlError ERR_ML_SERVER_STATE */
  constructor({ config, state, clock, warn }: ExchangeOptions) {
    this.#clock = clock;
    this.#key = sessionKey(state);
    this.#ids = new IdTokens(config, { clock, warn });
    this.#taken = new ExchangedTokens(state, clock);
    this.#grant = hexOf(digestOf(canonicalJson(config))).slice(0, 16);
  }

  /** @throws Refusal 401, 403 with what the claims lack, 503 */
  async exchange(idToken: string): Promise<GivenSession> {
    const verified = await this.#ids.verify(idToken);
    const access = grantedTo(verified);
    // Last, so that a token that gets nothing yet can be used once the configuration is mended.
    this.#taken.take(verified);
    return this.#give(access, verified.expiresAt);
  }

  /**
   * A session for one that is about to end, as long as the ID token that it was given for is valid: GitLab gives a job one token for all
   * of its time, and a training may take many hours. Not after the configuration changed.
   *
   * @throws Refusal 401
   */
  renew(token: string): GivenSession {
    const now = this.#clock.now();
    const session = openSession(token, { key: this.#key, now });
    if (session?.grant !== this.#grant || session.renewableUntil <= now) throw unauthenticated();
    return this.#give(session, session.renewableUntil, session.renewableUntil);
  }

  #give({ scope, mode, subject }: Access, renewableUntil: number, end = Infinity): GivenSession {
    const issuedAt = this.#clock.now();
    const expiresAt = Math.min(issuedAt + longestSession, end);
    const session = { scope, mode, subject, issuedAt, expiresAt, renewableUntil, grant: this.#grant };
    return { token: signSession(session, this.#key), session };
  }
}

/** What the first of those that are trusted gives for the claims; else why the last does not. */
function grantedTo({ claims, trusted }: VerifiedIdToken): Access {
  let refusal: unknown = unauthenticated();
  for (const trust of trusted)
    try {
      return accessOf(claims, trust);
    } catch (error) {
      refusal = error;
    }
  throw refusal;
}

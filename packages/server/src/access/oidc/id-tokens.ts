import { isMlError, messageOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';
import type { JWTPayload } from 'jose';

import { Refusal } from '../../http/refusal.js';
import { unauthenticated } from '../bearer.js';
import { systemCode } from '../state/index.js';
import type { Claims } from './claims.js';
import type { OidcConfig } from './config.js';
import { IssuerKeys } from './issuer-keys.js';
import type { Trust } from './trust.js';

/** Seconds. */
const clockTolerance = 60;
/** Seconds. GitLab's tokens last as long as the job may, a month at most. */
const longestToken = 31 * 86_400;

/** What jose says when the keys of the issuer cannot be read, which is no fault of the token. */
const troubles = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'];

/** An ID token that is what it says. */
export interface VerifiedIdToken {
  readonly claims: Claims;
  /** All that is trusted of its issuer. */
  readonly trusted: readonly Trust[];
  readonly issuer: string;
  readonly jti: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Verifies ID tokens of the configured issuers. */
export class IdTokens {
  readonly #config: OidcConfig;
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;
  readonly #keys: ReadonlyMap<string, IssuerKeys>;

  constructor(config: OidcConfig, { clock, warn }: { clock: Clock; warn: (message: string) => void }) {
    this.#config = config;
    this.#clock = clock;
    this.#warn = warn;
    this.#keys = new Map(config.trusted.map((trust) => [trust.issuer, new IssuerKeys(trust)]));
  }

  /** @throws Refusal 401; with the reason only for a token that the issuer did sign. 503 while the issuer cannot be asked */
  async verify(text: string): Promise<VerifiedIdToken> {
    const { decodeJwt } = await import('jose');
    const issuer = orUndefined(() => decodeJwt(text).iss) ?? '';
    const keys = this.#keys.get(issuer);
    if (keys === undefined) throw unauthenticated();
    const payload = await this.#verified(text, issuer, keys);
    const { jti, exp } = payload;
    if (jti === undefined || jti === '' || exp === undefined) throw unauthenticated();
    const trusted = this.#config.trusted.filter((trust) => trust.issuer === issuer);
    return { claims: payload, trusted, issuer, jti, expiresAt: exp * 1000 };
  }

  async #verified(text: string, issuer: string, keys: IssuerKeys): Promise<JWTPayload> {
    const { jwtVerify } = await import('jose');
    const { audience } = this.#config;
    try {
      const { payload } = await jwtVerify(text, await keys.get(), {
        // Both providers use it alone. A list of one leaves no room for "none", nor for a public key taken for a secret.
        algorithms: ['RS256'],
        issuer,
        audience,
        clockTolerance,
        maxTokenAge: longestToken,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ['exp', 'iat', 'jti'],
      });
      if (payload.aud !== audience && !(Array.isArray(payload.aud) && payload.aud.length === 1))
        throw notAccepted('it is for others, too, who could use it here');
      return payload;
    } catch (error) {
      throw this.#refusalFor(error);
    }
  }

  #refusalFor(error: unknown): unknown {
    if (error instanceof Refusal) return error;
    const code = systemCode(error) ?? '';
    if (isMlError(error) || troubles.includes(code)) {
      this.#warn(messageOf(error));
      return new Refusal(503, {
        message: 'The issuer of this ID token cannot be asked for its keys at the moment',
        fix: 'Try again.',
      });
    }
    // These come after the signature was verified.
    if (code === 'ERR_JWT_EXPIRED' || code === 'ERR_JWT_CLAIM_VALIDATION_FAILED')
      return notAccepted(messageOf(error));
    if (code.startsWith('ERR_')) return unauthenticated();
    return error;
  }
}

function notAccepted(why: string): Refusal {
  return new Refusal(401, {
    message: `The ID token is not accepted: ${why}`,
    fix: 'Ask for one with the audience of this server, and exchange it at once.',
  });
}

function orUndefined<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

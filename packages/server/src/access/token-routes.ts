import type { FastifyPluginCallback, FastifyRequest } from 'fastify';

import { Refusal } from '../http/refusal.js';
import { accessOf } from '../http/rights.js';
import type { CountingAuthenticator } from './authenticator.js';
import { bearerOf, unauthenticated } from './bearer.js';
import type { GivenSession, TokenExchange } from './oidc/index.js';

export interface TokenRoutes {
  readonly authenticator: CountingAuthenticator;
  /** Undefined where no issuer is configured. */
  readonly exchange: TokenExchange | undefined;
}

/** Characters of an Authorization header with an ID token: those of GitHub and GitLab have some 2,000. */
const longest = 12 * 1024;

/**
 * `POST /v1/token`: a session for an ID token, or for a session that is about to end. `GET /v1/token`: what a token may.
 */
export function tokenRoutes({ authenticator, exchange }: TokenRoutes): FastifyPluginCallback {
  return (app, _, done) => {
    app.post('/v1/token', { bodyLimit: 1024, config: { right: 'public' } }, async (request, reply) => {
      const { token, session } = await authenticator.counting(request.ip, () => given(request, exchange));
      const { scope, mode, expiresAt, renewableUntil } = session;
      // For the access log: who got what.
      request.access = session;
      void reply.header('cache-control', 'no-store');
      return { token, scope, mode, expiresAt: timeOf(expiresAt), renewableUntil: timeOf(renewableUntil) };
    });
    app.get('/v1/token', { config: { right: 'read' } }, (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return Promise.resolve(accessOf(request));
    });
    done();
  };
}

function given(
  { headers }: FastifyRequest,
  exchange: TokenExchange | undefined,
): Promise<GivenSession> | GivenSession {
  if (exchange === undefined)
    throw new Refusal(404, {
      message: 'This server exchanges no ID tokens',
      fix: 'Start it with --oidc FILE, or mint a token.',
    });
  const text = bearerOf(headers.authorization, longest);
  if (text === undefined) throw unauthenticated();
  return text.startsWith('nxmls_') ? exchange.renew(text) : exchange.exchange(text);
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Access, Authenticator } from '../access/access.js';
import { Refusal } from './refusal.js';

/** What a route asks for: nothing, a token, or one that may write. */
type Right = 'public' | 'read' | 'write';

export interface GuardedRoute {
  readonly method: string;
  /** As Fastify has it: `/v1/cache/:hash`. */
  readonly url: string;
  readonly right: Right;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** All routes, and who may use them. */
    readonly guardedRoutes: readonly GuardedRoute[];
  }
  interface FastifyContextConfig {
    /** Each route says it, or the server does not start. */
    readonly right?: Right;
  }
  interface FastifyRequest {
    /** Set for routes that ask for a token. */
    access: Access | null;
  }
}

/**
 * Has every request checked before its handler and before its body is read. A route that does not say `config: { right }` is a
 * mistake: it throws when it is added, so that none is ever open because somebody forgot.
 */
export function guardRoutes(app: FastifyInstance, authenticator: Authenticator): void {
  app.decorateRequest('access', null);
  const routes: GuardedRoute[] = [];
  app.decorate('guardedRoutes', routes);
  app.addHook('onRoute', ({ url, method, config }) => {
    const right = config?.right;
    if (right === undefined) throw new Error(`The route ${url} does not say who may use it`);
    for (const each of [method].flat()) routes.push({ method: each, url, right });
  });
  app.addHook('onRequest', async (request) => {
    const right = request.routeOptions.config.right ?? 'public';
    if (right === 'public') return;
    request.access = await authenticator.authenticate(request.headers.authorization, request.ip);
    if (right === 'write' && request.access.mode !== 'read-write')
      throw new Refusal(403, {
        message: 'This token may only read',
        fix: 'Use one that may write: nx-ml-server token mint --mode read-write.',
      });
  });
}

/** Who asks, in a route that is not public. */
export function accessOf(request: FastifyRequest): Access {
  if (request.access === null) throw new Error(`${request.url} is public and asked who it is`);
  return request.access;
}

import fastify from 'fastify';
import type { FastifyInstance, FastifyPluginCallback, FastifyPluginAsync } from 'fastify';

import type { Clock } from '@nx-ml/core/kernel';
import type { ServedBlobs } from '@nx-ml/core/remote';

import type { Authenticator } from '../access/access.js';
import { CacheEntries, cacheRoutes } from '../cache/index.js';
import type { KeySource } from '../cache/cache-entries.js';
import { silentObserver } from '../cache/entry-observer.js';
import { failureAnswer, sendJson } from '../http/answers.js';
import { guardRoutes } from '../http/rights.js';
import { defaultLimits } from './limits.js';
import type { ServerLimits } from './limits.js';

export interface ServerDeps {
  /** Where entries and the stores of scopes lie. */
  readonly blobs: ServedBlobs;
  readonly authenticator: Authenticator;
  readonly keys: KeySource;
  readonly clock: Clock;
  /** Routes of others. Each route says `config: { right }`; `accessOf(request)` tells who asks. A thrown Refusal is its answer. */
  readonly plugins?: readonly (FastifyPluginCallback | FastifyPluginAsync)[];
  readonly limits?: Partial<ServerLimits>;
}

/** The whole server, not yet listening. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const limits = { ...defaultLimits, ...deps.limits };
  const app = fastify({ logger: false, exposeHeadRoutes: false, ...transportLimits(limits) });
  app.decorateRequest('failure', undefined);
  guardRoutes(app, deps.authenticator);
  app.setErrorHandler((error, request, reply) => {
    const answer = failureAnswer(error);
    if (answer.isOurs) request.failure = error;
    return sendJson(reply, answer);
  });
  app.setNotFoundHandler((_, reply) =>
    sendJson(reply, {
      status: 404,
      message: 'There is nothing here',
      fix: 'See /openapi.json.',
      isOurs: false,
    }),
  );
  const { blobs, keys, clock } = deps;
  const entries = new CacheEntries({ blobs, keys, clock, observer: silentObserver, memory: limits.memory });
  await app.register(cacheRoutes({ entries, keys, maxEntry: limits.maxEntry, checkRoom: () => undefined }));
  for (const plugin of deps.plugins ?? []) await app.register(plugin);
  return app;
}

function transportLimits(limits: ServerLimits): object {
  return {
    bodyLimit: limits.maxJson,
    connectionTimeout: limits.idleMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxParamLength: 1024,
    routerOptions: { maxParamLength: 1024 },
    http: { maxHeaderSize: limits.maxHeaders },
  };
}

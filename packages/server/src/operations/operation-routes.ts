import type { FastifyPluginCallback } from 'fastify';

import type { Registry } from 'prom-client';

import { openApi } from '../app/open-api.js';
import { Refusal } from '../http/refusal.js';

export interface OperationDeps {
  /** Undefined: there is no /metrics. */
  readonly registry: Registry | undefined;
  /** Rejects when the storage cannot be used. */
  readonly checkStorage: () => Promise<void>;
  readonly isClosing: () => boolean;
}

/** `GET /health/live`, `/health/ready`, `/metrics`, `/openapi.json`: for whoever runs the server. */
export function operationRoutes(deps: OperationDeps): FastifyPluginCallback {
  return (app, _, done) => {
    const config = { right: 'public' } as const;
    app.get('/health/live', { config }, () => ({ status: 'live' }));
    app.get('/health/ready', { config }, async () => {
      if (deps.isClosing()) throw notReady('The server is stopping');
      await deps.checkStorage().catch(() => {
        throw notReady('The storage cannot be used');
      });
      return { status: 'ready' };
    });
    const { registry } = deps;
    if (registry !== undefined)
      app.get('/metrics', { config }, async (_request, reply) =>
        reply.type(registry.contentType).send(await registry.metrics()),
      );
    app.get('/openapi.json', { config }, (_request, reply) => reply.type('application/json').send(openApi()));
    done();
  };
}

function notReady(message: string): Refusal {
  return new Refusal(503, { message, fix: 'The log of the server tells more.' });
}

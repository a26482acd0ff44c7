import type { FastifyInstance } from 'fastify';

import type { Clock } from '@nx-ml/core/kernel';

import type { Watch } from '../http/watch.js';
import { accessLine } from './access-log.js';
import type { LogSink } from './access-log.js';
import type { ServerMetrics } from './metrics.js';

export interface WatchDeps {
  readonly clock: Clock;
  readonly metrics: ServerMetrics;
  /** Undefined: no line is made. */
  readonly accessLog: LogSink | undefined;
}

/** Counts requests and writes their lines. */
export function watching({ clock, metrics, accessLog }: WatchDeps): Watch {
  return (request, response, asked) => {
    const startedAt = clock.monotonic();
    response.once('close', () => {
      const took = clock.monotonic() - startedAt;
      const told = asked();
      metrics.onAnswer({ method: request.method ?? '', route: told.route }, response.statusCode, took / 1000);
      accessLog?.(accessLine({ request, response, ...told }, { now: clock.now(), took }));
    });
  };
}

/** Every request that comes to Fastify. */
export function watchRequests(app: FastifyInstance, watch: Watch): void {
  app.addHook('onRequest', (request, reply, done) => {
    watch(request.raw, reply.raw, () => {
      const { ip, access, failure } = request;
      const out = reply.getHeader('content-length');
      return { route: request.routeOptions.url, ip, access, failure, out };
    });
    done();
  });
}

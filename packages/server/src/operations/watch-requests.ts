import type { FastifyInstance } from 'fastify';

import type { Clock } from '@nx-ml/core/kernel';

import { accessLine } from './access-log.js';
import type { LogSink } from './access-log.js';
import type { ServerMetrics } from './metrics.js';

export interface WatchDeps {
  readonly clock: Clock;
  readonly metrics: ServerMetrics;
  /** Undefined: no line is made. */
  readonly accessLog: LogSink | undefined;
}

/** Counts every request, and writes its line, when its answer has gone or its connection broke. */
export function watchRequests(app: FastifyInstance, { clock, metrics, accessLog }: WatchDeps): void {
  app.addHook('onRequest', (request, reply, done) => {
    const startedAt = clock.monotonic();
    reply.raw.once('close', () => {
      const took = clock.monotonic() - startedAt;
      metrics.onAnswer(request, reply.raw.statusCode, took / 1000);
      accessLog?.(accessLine(request, reply, { now: clock.now(), took }));
    });
    done();
  });
}

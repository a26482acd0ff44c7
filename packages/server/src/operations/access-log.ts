import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isMlError, messageOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';

/** Takes a line with its end. */
export type LogSink = (line: string) => void;

/**
 * One line of JSON a request, when its answer has gone or the connection broke: who asked (never the token), for what, and how it went.
 * What of a path is not of ours is cut, and a query is left out: a token that somebody put there by mistake must not stay in a log.
 */
export function logAccess(app: FastifyInstance, { clock, sink }: { clock: Clock; sink: LogSink }): void {
  app.addHook('onRequest', (request, reply, done) => {
    const startedAt = clock.monotonic();
    reply.raw.once('close', () => {
      sink(`${JSON.stringify(recordOf(request, reply, clock.now(), clock.monotonic() - startedAt))}\n`);
    });
    done();
  });
}

function recordOf(request: FastifyRequest, reply: FastifyReply, now: number, took: number): object {
  const { raw } = reply;
  return {
    time: new Date(now).toISOString(),
    method: request.method,
    path: pathOf(request),
    status: raw.headersSent ? raw.statusCode : 0,
    /** Broken off by the client, by us, or by the network. */
    ...(raw.writableFinished ? {} : { aborted: true }),
    in: Number(request.headers['content-length'] ?? 0),
    out: Number(reply.getHeader('content-length') ?? 0),
    ms: Math.round(took * 10) / 10,
    ip: request.ip,
    ...(request.access === null ? {} : { scope: request.access.scope, subject: request.access.subject }),
    ...failureOf(request.failure),
  };
}

function pathOf({ url }: FastifyRequest): string {
  return (url.split('?', 1)[0] ?? '').slice(0, 200);
}

function failureOf(failure: unknown): object {
  if (failure === undefined) return {};
  const code = isMlError(failure) ? { code: failure.code } : {};
  return { error: messageOf(failure), ...code };
}

/** Lines together, when the server has nothing else to do: a write for each would cost more than the request. */
export function gathered(write: LogSink): LogSink {
  let waiting: string[] = [];
  const flush = (): void => {
    const lines = waiting.join('');
    waiting = [];
    write(lines);
  };
  return (line) => {
    waiting.push(line);
    if (waiting.length === 1) setImmediate(flush);
  };
}

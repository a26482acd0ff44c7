import type { FastifyReply, FastifyRequest } from 'fastify';

import { isMlError, messageOf } from '@nx-ml/core/kernel';

/** Takes a line with its end. */
export type LogSink = (line: string) => void;

/**
 * One line of JSON about a request whose answer has gone or whose connection broke: who asked (never the token), for what, and how it
 * went. What of a path is not of ours is cut, and a query is left out: a token that somebody put there by mistake must not stay in a log.
 */
export function accessLine(
  request: FastifyRequest,
  reply: FastifyReply,
  { now, took }: { readonly now: number; readonly took: number },
): string {
  const { raw } = reply;
  const record = {
    time: new Date(now).toISOString(),
    method: request.method,
    path: pathOf(request),
    status: raw.headersSent ? raw.statusCode : 0,
    // Broken off by the client, by us, or by the network.
    aborted: raw.writableFinished ? undefined : true,
    in: Number(request.headers['content-length'] ?? 0),
    out: Number(reply.getHeader('content-length') ?? 0),
    ms: Math.round(took * 10) / 10,
    ip: request.ip,
    scope: request.access?.scope,
    subject: request.access?.subject,
    error: request.failure === undefined ? undefined : messageOf(request.failure),
    code: isMlError(request.failure) ? request.failure.code : undefined,
  };
  return `${JSON.stringify(record)}\n`;
}

function pathOf({ url }: FastifyRequest): string {
  return (url.split('?', 1)[0] ?? '').slice(0, 200);
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

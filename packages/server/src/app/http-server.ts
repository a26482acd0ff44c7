import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import type { ServerLimits } from './limits.js';

export interface HttpServerOptions {
  readonly limits: ServerLimits;
  /** PEM. Without it HTTP is spoken. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** Node's own server, not yet listening, within the limits of a connection. */
export function openHttpServer(listener: RequestListener, { limits, tls }: HttpServerOptions): Server {
  const http = { maxHeaderSize: limits.maxHeaders };
  const server =
    tls === undefined ? createServer(http, listener) : createTlsServer({ ...http, ...tls }, listener);
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleMs);
  return server;
}

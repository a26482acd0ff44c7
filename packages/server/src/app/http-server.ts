import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import { watchPace } from '../http/pace.js';
import type { ServerLimits } from './limits.js';
import type { ServedCertificate } from './tls/index.js';

export interface HttpServerOptions {
  readonly limits: ServerLimits;
  /** Without it HTTP is spoken. */
  readonly certificate: ServedCertificate | undefined;
}

/** Node's own server, not yet listening, within the limits of a connection. */
export function openHttpServer(
  listener: RequestListener,
  { limits, certificate }: HttpServerOptions,
): Server {
  const http: ServerOptions = {
    maxHeaderSize: limits.maxHeaders,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.headersMs / 2,
  };
  const server = certificate === undefined ? createServer(http) : openTlsServer(http, limits, certificate);
  // Where requestTimeout is short it is watch enough, and a timer for each of many small bodies would cost more than they do.
  const isPaced = Number.isFinite(limits.pace.every);
  const paced: RequestListener = (request, response) => {
    if (isPaced && hasBody(request)) watchPace(request, limits.pace);
    // Node reads nothing more of a connection on which another protocol was asked for, and we speak no other.
    if (request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
    listener(request, response);
  };
  server.on('request', paced).on('checkContinue', whenWanted(paced));
  server.maxConnections = limits.maxConnections;
  return server.setTimeout(limits.idleMs);
}

function openTlsServer(
  http: ServerOptions,
  { headersMs }: ServerLimits,
  certificate: ServedCertificate,
): Server {
  const server = createTlsServer({ ...http, ...certificate.context, handshakeTimeout: headersMs });
  certificate.keepRenewed(server);
  return server;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/**
 * Of a client that waits for "100 Continue" the body is asked for when somebody reads it, so that whoever has no token sends no gigabytes
 * to hear so. Then the connection ends with the answer: what came on it later could be that body, or another request.
 */
function whenWanted(listener: RequestListener): RequestListener {
  return (request, response) => {
    response.setHeader('connection', 'close');
    request.once('resume', () => {
      if (response.headersSent) return;
      response.removeHeader('connection');
      response.writeContinue();
    });
    listener(request, response);
  };
}

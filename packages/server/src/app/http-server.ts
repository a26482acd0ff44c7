import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import { messageOf, MlError } from '@nx-ml/core/kernel';

import type { ServerLimits } from './limits.js';

export interface HttpServerOptions {
  readonly limits: ServerLimits;
  /** PEM. Without it HTTP is spoken. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

type Tls = NonNullable<HttpServerOptions['tls']>;

/** Node's own server, not yet listening, within the limits of a connection. @throws MlError ERR_ML_SERVER_CONFIG */
export function openHttpServer(listener: RequestListener, { limits, tls }: HttpServerOptions): Server {
  const http = { maxHeaderSize: limits.maxHeaders };
  const server = tls === undefined ? createServer(http, listener) : tlsServer({ ...http, ...tls }, listener);
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleMs);
  return server;
}

function tlsServer(options: Tls & { readonly maxHeaderSize: number }, listener: RequestListener): Server {
  try {
    return createTlsServer(options, listener);
  } catch (cause) {
    throw new MlError('ERR_ML_SERVER_CONFIG', {
      message: `TLS cannot be spoken with this certificate and key: ${messageOf(cause)}`,
      fix: 'Give --tls-cert the certificate with those it was signed by, and --tls-key its key without a passphrase, both as PEM.',
      cause,
    });
  }
}

import * as http from 'node:http';
import * as https from 'node:https';

import { SourceFailure, stalled } from './failure.js';
import { gathered } from './gathered.js';
import type { RateLimit } from './rate-limit.js';
import type { WireRequest } from './wire.js';

/** Bytes that are worth a write to the socket. */
const enough = 256 * 1024;

export interface Connection {
  readonly origin: URL;
  readonly agent: http.Agent;
  /** Milliseconds. */
  readonly idle: number;
  readonly limit: RateLimit | undefined;
}

export interface Outgoing {
  readonly request: WireRequest;
  /** With the signature. */
  readonly headers: Record<string, string>;
  readonly body?: AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes of the body that went out. */
  readonly onSent?: ((count: number) => void) | undefined;
}

/** Connections are kept, for a signature costs less than a handshake. */
export function openConnection(origin: URL, idle: number, limit: RateLimit | undefined): Connection {
  const options = { keepAlive: true, maxSockets: 64, highWaterMark: 256 * 1024 };
  const agent = origin.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  return { origin, agent, idle, limit };
}

/**
 * Sends one request and resolves with the answer as soon as its head is there. An answer that comes amidst the body
 * ends the sending. Rejects with SourceFailure when the body's source throws, else with whatever the network threw.
 */
export function exchange(connection: Connection, outgoing: Outgoing): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = begin(connection, outgoing);
    request.once('timeout', () => request.destroy(stalled(connection.idle)));
    request.once('response', (answer) => {
      // Whoever reads the answer also ends what is still being sent.
      answer.once('close', () => request.writableFinished || request.destroy());
      resolve(answer);
    });
    request.on('error', reject);
    if (outgoing.body === undefined) request.end();
    else
      send(connection, outgoing, request).catch((error: unknown) => {
        reject(error instanceof Error ? error : new SourceFailure(error));
        request.destroy();
      });
  });
}

function begin({ origin, agent, idle }: Connection, outgoing: Outgoing): http.ClientRequest {
  const { request, headers, signal } = outgoing;
  return (origin.protocol === 'https:' ? https : http).request({
    agent,
    protocol: origin.protocol,
    hostname: hostOf(origin),
    port: origin.port,
    method: request.method,
    path: targetOf(request),
    headers,
    timeout: idle,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** For a socket: an address of IPv6 stands in brackets in a URL alone. */
export function hostOf(origin: URL): string {
  return origin.hostname.replace(/^\[|\]$/g, '');
}

/** Path and query, as they stand in the first line of a request. */
export function targetOf({ path, query }: WireRequest): string {
  const pairs = Object.entries(query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return pairs === '' ? path : `${path}?${pairs}`;
}

async function send(
  { limit }: Connection,
  { body, signal, onSent }: Outgoing,
  request: http.ClientRequest,
): Promise<void> {
  for await (const part of gathered(tellingFailures(body ?? []), enough)) {
    if (isOver(request)) return;
    await limit?.pass(part.length, signal);
    if (!request.write(part)) await room(request);
    onSent?.(part.length);
  }
  if (!isOver(request)) request.end();
}

function isOver(request: http.ClientRequest): boolean {
  return request.destroyed || request.closed;
}

/** Until more can be written, or never again. */
function room(request: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    if (isOver(request)) {
      resolve();
      return;
    }
    const done = (): void => {
      request.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    request.on('drain', done).on('close', done).on('error', done);
  });
}

async function* tellingFailures(
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new SourceFailure(error);
  }
}

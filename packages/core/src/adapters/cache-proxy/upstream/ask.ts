import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';

import { retryAfterMs } from '../../../cache-proxy/index.js';
import type { UpstreamEnd } from '../../../cache-proxy/index.js';
import type { Patience } from '../patience.js';
import { troubleOf } from './trouble.js';
import type { UpstreamTrouble } from './trouble.js';
import { keepVigil } from './vigil.js';
import type { Sign } from './vigil.js';

export interface Upstream {
  readonly address: URL;
  readonly agent: http.Agent;
  readonly patience: Patience;
}

export interface Question {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Below the address: `v1/keys`. */
  readonly path: string;
  readonly token?: string | undefined;
  readonly body?: { readonly size: number; readonly open: () => Readable } | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Rejects with UpstreamTrouble. */
  readonly body: AsyncIterable<Buffer>;
  /** To be called in the end. A connection of which little is left to read is kept, any other is ended. */
  leave(): void;
}

export function openUpstream(address: URL, patience: Patience): Upstream {
  // Ours to leave open: a server that ends them meanwhile is asked once more.
  const options = { keepAlive: true, maxSockets: 64, timeout: 30_000 };
  const agent = address.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  return { address, agent, patience };
}

/**
 * One request, to the head of its answer. A kept connection that the server had ended meanwhile is no failure of it: then it is
 * asked once more on another.
 *
 * @throws UpstreamTrouble; or what `signal` was aborted with
 */
export async function ask(upstream: Upstream, question: Question): Promise<Answer> {
  const first = await attempt(upstream, question);
  const answer = first === 'stale' ? await attempt(upstream, question) : first;
  if (answer === 'stale') throw troubleOf(undefined);
  return answer;
}

export function endOf({ status, headers }: Pick<Answer, 'status' | 'headers'>): UpstreamEnd {
  return { kind: 'answered', status, retryAfterMs: retryAfterMs(headers['retry-after'], headers.date) };
}

async function attempt(upstream: Upstream, question: Question): Promise<Answer | 'stale'> {
  question.signal?.throwIfAborted();
  const request = begin(upstream, question);
  let response: http.IncomingMessage | undefined;
  let received = 0;
  let trouble: UpstreamTrouble | undefined;
  const isOver = keepVigil(
    upstream.patience,
    () => signOf(request, response, received),
    (found) => {
      trouble = found;
      (response ?? request).destroy(found);
    },
  );
  request.once('close', isOver);
  try {
    response = await headOf(request, question);
  } catch (error) {
    question.signal?.throwIfAborted();
    if (trouble === undefined && request.reusedSocket) return 'stale';
    throw trouble ?? troubleOf(error);
  }
  const body = bodyOf(response, (bytes) => (received += bytes));
  return { status: response.statusCode ?? 0, headers: response.headers, body, leave: leaving(response) };
}

function begin({ address, agent }: Upstream, question: Question): http.ClientRequest {
  const { method, path, token, body, signal } = question;
  return (address.protocol === 'https:' ? https : http).request(
    new URL(`${address.pathname.replace(/\/*$/, '/')}${path}`, address),
    {
      agent,
      method,
      ...(signal === undefined ? {} : { signal }),
      headers: {
        accept: '*/*',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(method === 'PUT' ? { 'content-type': 'application/octet-stream' } : {}),
        ...(method === 'GET' ? {} : { 'content-length': String(body?.size ?? 0) }),
      },
    },
  );
}

/** Sends the body; an answer that comes amidst of it ends the sending. */
function headOf(request: http.ClientRequest, { body }: Question): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const source = body?.open();
    request.on('error', reject);
    request.once('response', (response) => {
      source?.unpipe(request);
      // Kept for whoever reads the answer; without a listener an early end would be thrown.
      response.on('error', () => undefined);
      if (!request.writableFinished) response.once('close', () => request.destroy());
      resolve(response);
    });
    request.once('close', () => {
      source?.destroy();
      reject(new Error('closed'));
    });
    if (source === undefined) request.end();
    else source.on('error', (error) => request.destroy(error)).pipe(request);
  });
}

/** What is read for the sake of the connection alone. Bytes. */
const little = 64 * 1024;

function leaving(response: http.IncomingMessage): () => void {
  return () => {
    if (response.readableEnded) return;
    if (Number(response.headers['content-length'] ?? NaN) <= little) response.resume();
    else response.destroy();
  };
}

/** As sockets are; the last is of those with TLS alone. */
interface Connecting {
  readonly connecting: boolean;
  readonly bytesWritten: number;
  readonly secureConnecting?: boolean;
}

function signOf(
  request: http.ClientRequest,
  response: http.IncomingMessage | undefined,
  received: number,
): Sign {
  if (response !== undefined) return { stage: 'receiving', moved: received, received };
  const { socket } = request as { readonly socket: Connecting | null };
  const isConnecting = socket === null || socket.connecting || socket.secureConnecting === true;
  return { stage: isConnecting ? 'connecting' : 'waiting', moved: socket?.bytesWritten ?? 0, received };
}

async function* bodyOf(response: http.IncomingMessage, came: (bytes: number) => void): AsyncIterable<Buffer> {
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      came(part.length);
      yield part;
    }
  } catch (error) {
    throw troubleOf(error);
  }
  if (!response.complete) throw troubleOf(undefined);
}

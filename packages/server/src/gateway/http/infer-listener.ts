import type { IncomingMessage, ServerResponse } from 'node:http';

import { InferenceFailure } from '../protocol/index.js';
import type { Asking, Outcome } from '../traffic.js';

export interface InferDeps {
  readonly answer: (asking: Asking) => Promise<Outcome>;
  /** Metrics and logs. */
  readonly told: (outcome: Outcome) => void;
  /** Of a bug, for the log; the client learns nothing of it. */
  readonly failed: (error: unknown) => void;
  /** Bytes of a body, at most. */
  readonly maxBody: number;
  /** Whether the gateway ends: connections end with their answers. */
  readonly isDraining: () => boolean;
}

interface Place {
  readonly model: string;
  readonly version: string | undefined;
}

const [prefix, suffix, versions] = ['/v2/models/', '/infer', '/versions/'];

/** Seconds. A queue that is full now is not for long. */
const retryAfter = '1';

/**
 * The way of most requests, before Fastify: its hooks and its reading of bodies would take longer than a small model.
 *
 * @returns false for a request that is another's, which was not touched
 */
export function inferListener(
  deps: InferDeps,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const place = request.method === 'POST' ? placeOf(request.url ?? '') : undefined;
    if (place === undefined) return false;
    const refused = refusalOf(request, deps.maxBody);
    if (refused === undefined) take({ request, response, place }, deps);
    else refuse(request, response, refused);
    return true;
  };
}

/** `/v2/models/{model}[/versions/{version}]/infer`; what cannot be decoded is nobody's name. */
function placeOf(url: string): Place | undefined {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.startsWith(prefix) || !path.endsWith(suffix)) return undefined;
  const inner = path.slice(prefix.length, -suffix.length);
  const at = inner.indexOf(versions);
  const [model, version] = at < 0 ? [inner] : [inner.slice(0, at), inner.slice(at + versions.length)];
  if (model === '' || version === '' || model.includes('/') || version?.includes('/') === true)
    return undefined;
  return { model: decoded(model), version: version === undefined ? undefined : decoded(version) };
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What can be said before the body has come. */
function refusalOf({ headers }: IncomingMessage, maxBody: number): InferenceFailure | undefined {
  if (headers['inference-header-content-length'] !== undefined)
    return new InferenceFailure('request', 'binary data is not spoken here; send JSON');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return new InferenceFailure(
      'request',
      `a body in ${encoding.slice(0, 40)} is not read here; send it plain`,
    );
  return Number(headers['content-length'] ?? 0) > maxBody ? tooLarge(maxBody) : undefined;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly place: Place;
}

function take(
  { request, response, place: { model, version } }: Exchange,
  { maxBody, answer, told, failed, isDraining }: InferDeps,
): void {
  const pieces: Buffer[] = [];
  let size = 0;
  request.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size <= maxBody) pieces.push(piece);
    else if (!response.headersSent) refuse(request, response, tooLarge(maxBody));
  });
  request.on('end', () => {
    if (response.headersSent) return;
    const [first] = pieces;
    const body = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
    const unit = request.headers['x-ml-unit'];
    answer({ model, version, unit: typeof unit === 'string' ? unit : undefined, body }).then(
      (outcome) => {
        send(response, outcome, isDraining());
        told(outcome);
      },
      (error: unknown) => {
        failed(error);
        sendText(response, 500, '{"error":"the gateway failed; its log tells why"}');
      },
    );
  });
  // A client that goes away in the middle of its request has no answer.
  request.on('error', () => undefined);
}

function send(response: ServerResponse, { status, text, release }: Outcome, isDraining: boolean): void {
  const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(text))];
  if (release !== undefined) headers.push('x-ml-release', release);
  if (status === 429) headers.push('retry-after', retryAfter);
  if (isDraining) headers.push('connection', 'close');
  response.writeHead(status, headers).end(text);
}

/** The rest of the body is read and forgotten, so that the client is there for its answer. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message }: InferenceFailure,
): void {
  response.setHeader('connection', 'close');
  sendText(response, status, JSON.stringify({ error: message }));
  request.resume();
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.writeHead(status).end(text);
}

function tooLarge(maxBody: number): InferenceFailure {
  return new InferenceFailure('large', `the body is over ${String(maxBody)} bytes`);
}

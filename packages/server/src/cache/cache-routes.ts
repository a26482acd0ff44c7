import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';

import { isTaskHash, formatPublicKey } from '@nx-ml/core/cache';
import type { TaskHash } from '@nx-ml/core/cache';

import { failureAnswer, sendText } from '../http/answers.js';
import { Refusal } from '../http/refusal.js';
import { RequestBody } from '../http/request-body.js';
import { accessOf } from '../http/rights.js';
import type { KeySource } from './believed-keys.js';
import type { CacheEntries } from './cache-entries.js';
import { headersOf, sendLarge } from './send-entry.js';

export interface CacheRoutesDeps {
  readonly entries: CacheEntries;
  readonly keys: KeySource;
  /** Bytes of the largest body that is taken. */
  readonly maxEntry: number;
  /** Refuses a body for which there is no room: 507. */
  readonly checkRoom: (size: number, scope: string) => void;
}

interface ByHash {
  Params: { hash: string };
}

/** `GET|PUT /v1/cache/{hash}` as Nx has it, and `GET /v1/keys`. */
export function cacheRoutes(deps: CacheRoutesDeps): FastifyPluginCallback {
  return (app, _, done) => {
    takeBodiesAsTheyAre(app);
    app.setErrorHandler((error, request, reply) => {
      const answer = failureAnswer(error);
      if (answer.isOurs) request.failure = error;
      return sendText(reply, answer);
    });
    app.get<ByHash>('/v1/cache/:hash', { config: { right: 'read' } }, (request, reply) =>
      get(deps, request, reply),
    );
    app.put<ByHash>('/v1/cache/:hash', { config: { right: 'write' } }, (request, reply) =>
      put(deps, request, reply),
    );
    app.get('/v1/keys', { config: { right: 'public' } }, async () => ({
      keys: (await deps.keys.current()).publicKeys.map(formatPublicKey),
    }));
    done();
  };
}

/** The handler reads the socket itself, whatever the body claims to be. */
function takeBodiesAsTheyAre(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_, payload, parsed) => {
    parsed(null, payload);
  });
}

async function get(
  { entries }: CacheRoutesDeps,
  request: FastifyRequest<ByHash>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const entry = await entries.find(accessOf(request).scope, hashOf(request));
  if (entry === undefined)
    throw new Refusal(404, { message: 'There is no such entry', fix: 'The task runs.' });
  // Past Fastify's own sending, which is for what has hooks and serializers. The log asks it for the size.
  reply.hijack().header('content-length', entry.statement.size);
  reply.raw.writeHead(200, headersOf(entry));
  if ('body' in entry) reply.raw.end(entry.body);
  else
    await sendLarge(reply.raw, entry).catch((error: unknown) => {
      request.failure = error;
      reply.raw.destroy();
    });
  return reply;
}

async function put(
  deps: CacheRoutesDeps,
  request: FastifyRequest<ByHash>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = { scope: accessOf(request).scope, hash: hashOf(request) };
  const size = sizeOf(request, deps.maxEntry);
  deps.checkRoom(size, key.scope);
  const body = new RequestBody(request.raw, size);
  let isStored;
  try {
    isStored = await deps.entries.put(key, { body, size });
  } finally {
    body.discard();
  }
  if (!isStored)
    throw new Refusal(409, { message: 'There is such an entry already', fix: 'It stays as it is.' });
  return reply.code(200).type('text/plain; charset=utf-8').send('');
}

function hashOf({ params }: FastifyRequest<ByHash>): TaskHash {
  if (isTaskHash(params.hash)) return params.hash;
  throw new Refusal(400, {
    message: 'This is no hash of a task',
    fix: 'A hash has 1 to 128 letters, digits, "_" and "-".',
  });
}

function sizeOf({ headers }: FastifyRequest, maxEntry: number): number {
  const text = headers['content-length'];
  if (text === undefined)
    throw new Refusal(411, { message: 'There is no Content-Length', fix: 'Send the size of the body.' });
  const size = Number(text);
  if (size > maxEntry)
    throw new Refusal(413, {
      message: `The entry has ${text} bytes, and ${String(maxEntry)} are taken`,
      fix: 'Raise --max-entry of the server, or leave large files to the store.',
    });
  return size;
}

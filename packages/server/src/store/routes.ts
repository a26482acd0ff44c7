import { Readable } from 'node:stream';

import { isMlError, parseJson } from '@nx-ml/core/kernel';
import { eachOf, isBlobName, smallBytes } from '@nx-ml/core/remote';
import type { BlobInfo } from '@nx-ml/core/remote';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Access } from '../access/access.js';
import { Refusal } from '../http/refusal.js';
import { refusalOf } from './failures.js';
import { RecentWriters } from './recent-writers.js';
import { ScopedBlobs } from './space/scoped-blobs.js';
import { StoreSpace } from './space/store-space.js';
import type { FoundBlob } from './space/store-space.js';
import { Turns } from './space/turns.js';
import type { StoreDeps } from './store-deps.js';
import { canResume, UploadTaker, wholeBody } from './take-upload.js';
import { defaultPace, paced } from './uploads/paced.js';
import { defaultUploadLimits, UploadFiles } from './uploads/upload-files.js';
import * as wire from './wire.js';

const terabyte = 1000 ** 4;
/** A question about 10,000 names of the longest kind. */
const longestQuestion = 10 * 1024 * 1024;
const sweepEvery = 3600 * 1000;
/** Blobs that are looked up at once for one question. */
const atOnce = 16;

interface BlobRoute {
  Params: { '*': string };
}

/** Serves the store below `/v1/store`. */
export async function storeRoutes(app: FastifyInstance, deps: StoreDeps): Promise<void> {
  const routes = new StoreRoutes(deps);
  await app.register(async (store) => {
    // Bodies are bytes, whatever they say that they are; they are read as they come.
    store.removeAllContentTypeParsers();
    store.addContentTypeParser('*', (_request, _payload, done) => {
      done(null);
    });
    store.addHook('onRequest', async (_request, reply) => {
      void reply.header(wire.storeHeader, '1');
    });
    store.setErrorHandler((error, request, reply) => refuse(error, request, reply));
    store.addHook('onReady', () => routes.sweep());
    const sweeping = setInterval(() => void routes.sweep(), sweepEvery).unref();
    store.addHook('onClose', (_app, done) => {
      clearInterval(sweeping);
      done();
    });
    store.get('/v1/store/list', (request) => routes.list(request));
    store.post('/v1/store/have', (request) => routes.have(request));
    store.head<BlobRoute>('/v1/store/blobs/*', (request, reply) => routes.get(request, reply));
    store.get<BlobRoute>('/v1/store/blobs/*', { exposeHeadRoute: false }, (request, reply) =>
      routes.get(request, reply),
    );
    store.put<BlobRoute>('/v1/store/blobs/*', (request, reply) => routes.put(request, reply));
    store.delete<BlobRoute>('/v1/store/blobs/*', (request, reply) => routes.remove(request, reply));
    store.head<BlobRoute>('/v1/store/uploads/*', (request, reply) => routes.offset(request, reply));
    await Promise.resolve();
  });
}

class StoreRoutes {
  readonly #turns = new Turns();
  readonly #writers = new RecentWriters();
  readonly #files: UploadFiles;
  readonly #taker: UploadTaker;

  constructor(private readonly deps: StoreDeps) {
    const { uploads, clock, limits = {} } = deps;
    this.#files = new UploadFiles(uploads, clock, limits.uploads ?? defaultUploadLimits);
    this.#taker = new UploadTaker(this.#files, this.#pace);
  }

  async sweep(): Promise<void> {
    await this.#files.sweep();
  }

  async list(request: FastifyRequest): Promise<{ blobs: BlobInfo[]; next?: string }> {
    const { space } = await this.#open(request);
    const query = request.query as Record<string, unknown>;
    const limit = wire.limitFrom(query['limit']);
    const blobs: BlobInfo[] = [];
    for await (const { name, size } of space.list(
      wire.prefixFrom(query['prefix']),
      wire.afterFrom(query['after']),
    )) {
      const last = blobs.at(-1);
      if (blobs.length === limit && last !== undefined) return { blobs, next: last.name };
      blobs.push({ name, size });
    }
    return { blobs };
  }

  async have(request: FastifyRequest): Promise<{ sizes: Record<string, number> }> {
    const { space } = await this.#open(request);
    const length = wire.announced(request.headers['content-length'], undefined).length;
    if (length > longestQuestion) throw tooLarge(longestQuestion);
    const names = namesIn(await wholeBody(paced(request.raw, this.#pace), length));
    const sizes: [string, number][] = [];
    await eachOf(names, atOnce, async (name) => {
      const found = await space.find(name);
      if (found !== undefined) sizes.push([name, found.size]);
    });
    return { sizes: Object.fromEntries(sizes) };
  }

  /** Also of HEAD, whose answer has no body. */
  async get(request: FastifyRequest<BlobRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const { space } = await this.#open(request);
    const name = wire.nameFrom(request.params['*']);
    const found = await space.find(name);
    if (found === undefined) throw absent();
    const etag = `"${found.scope}.${String(found.size)}"`;
    const wanted = request.headers['if-match'];
    if (wanted !== undefined && wanted !== etag) throw otherVersion();
    void reply.headers({ etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' });
    if (request.method === 'HEAD') return reply.header('content-length', found.size).send();
    return this.#send(space, name, found, { range: request.headers.range, reply });
  }

  async #send(
    space: StoreSpace,
    name: string,
    found: FoundBlob,
    { range: asked, reply }: { readonly range: string | undefined; readonly reply: FastifyReply },
  ): Promise<FastifyReply> {
    const { size } = found;
    const range = wire.rangeFrom(asked, size);
    if (range === 'beyond') {
      void reply.header('content-range', `bytes */${String(size)}`);
      throw beyond();
    }
    const { start, end } = range === 'all' ? { start: 0, end: size } : range;
    const bytes = await space.read(name, found, { start, end });
    if (bytes === undefined) throw absent();
    if (range !== 'all')
      void reply
        .code(206)
        .header('content-range', `bytes ${String(start)}-${String(end - 1)}/${String(size)}`);
    void reply.header('content-length', end - start);
    return reply.send(Readable.from(bytes, { objectMode: false, highWaterMark: 1024 * 1024 }));
  }

  async put(request: FastifyRequest<BlobRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const { access, space } = await this.#open(request);
    const name = wire.nameFrom(request.params['*']);
    const { headers } = request;
    const announced = wire.announced(headers['content-length'], headers['content-range']);
    if (announced.size > (this.deps.limits?.largest ?? terabyte)) throw tooLarge(this.deps.limits?.largest);
    if (headers['if-none-match'] !== undefined) return this.#create({ request, reply, access, space, name });
    const key = { scope: access.scope, name, size: announced.size };
    const there = await this.#taker.take({ space, key, announced, body: request.raw });
    return reply
      .code(there === announced.size ? 201 : 202)
      .header(wire.offsetHeader, there)
      .send();
  }

  async #create({ request, reply, access, space, name }: Creation): Promise<FastifyReply> {
    const { headers } = request;
    const { length, size } = wire.announced(headers['content-length'], headers['content-range']);
    if (headers['if-none-match'] !== '*' || length !== size) throw wire.malformed('If-None-Match is *');
    if (length > smallBytes) throw tooLarge(smallBytes);
    const bytes = await wholeBody(paced(request.raw, this.#pace), length);
    const writer = String(headers[wire.writerHeader] ?? '') || undefined;
    const mine = `${access.scope} ${name}`;
    // In turns: who asks again while the first try is still under way is told how that ends.
    const isMine = await this.#turns.take(mine, async () => {
      if (!(await space.create(name, bytes))) return this.#writers.isFrom(mine, writer);
      this.#writers.remember(mine, writer);
      return true;
    });
    return reply.code(isMine ? 201 : 412).send();
  }

  async remove(request: FastifyRequest<BlobRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const { space } = await this.#open(request);
    await space.remove(wire.nameFrom(request.params['*']));
    return reply.code(204).send();
  }

  async offset(request: FastifyRequest<BlobRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const { access } = await this.#open(request);
    const name = wire.nameFrom(request.params['*']);
    const size = wire.wholeNumber((request.query as Record<string, unknown>)['size']);
    if (size === undefined) throw wire.malformed('size is the number of bytes of the whole');
    const key = { scope: access.scope, name, size };
    const there = canResume(name, size) ? await this.#files.offset(key) : 0;
    return reply.header(wire.offsetHeader, there).send();
  }

  get #pace(): typeof defaultPace {
    return this.deps.limits?.pace ?? defaultPace;
  }

  async #open(request: FastifyRequest): Promise<{ access: Access; space: StoreSpace }> {
    const { authenticator, storage } = this.deps;
    const access = await authenticator.authenticate(request.headers.authorization);
    const space = new StoreSpace(access, (scope) => new ScopedBlobs(storage, `store/${scope}/`), this.#turns);
    return { access, space };
  }
}

interface Creation {
  readonly request: FastifyRequest<BlobRoute>;
  readonly reply: FastifyReply;
  readonly access: Access;
  readonly space: StoreSpace;
  readonly name: string;
}

function namesIn(bytes: Buffer): readonly string[] {
  const document = parseJson(bytes.toString('utf8')) as { names?: unknown } | undefined;
  const names = document?.names;
  const isFine = Array.isArray(names) && names.length <= wire.mostNames && names.every(isName);
  if (!isFine) throw wire.malformed(`A question is { "names": […] }, with ${String(wire.mostNames)} at most`);
  return [...new Set(names)];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && isBlobName(value);
}

/** What was not read of a request must not be mistaken for the next one, nor be waited for. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal === undefined || (refusal.status >= 500 && isMlError(error))) request.log.error(error);
  if (!request.raw.complete) void reply.header('connection', 'close');
  const { status, message, fix } = refusal ?? defect();
  return reply.code(status).type('application/json').send({ error: message, fix });
}

const defect = (): Refusal =>
  new Refusal(500, { message: 'The server failed', fix: 'Its log says why; it is a defect.' });

const absent = (): Refusal => new Refusal(404, { message: 'There is no such blob', fix: 'Push it first.' });

const otherVersion = (): Refusal =>
  new Refusal(412, { message: 'It was replaced meanwhile', fix: 'Start again.' });

const beyond = (): Refusal =>
  new Refusal(416, { message: 'Nothing of that range is there', fix: 'Ask for its size: HEAD.' });

const tooLarge = (most = terabyte): Refusal =>
  new Refusal(413, {
    message: `More than ${String(most)} bytes are not taken`,
    fix: 'Ask who runs the server to raise the limit.',
  });

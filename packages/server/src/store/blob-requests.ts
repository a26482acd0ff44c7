import type { Scope } from '@nx-ml/core/cache';
import { smallBytes } from '@nx-ml/core/remote';
import type { BlobRange, OpenBlob } from '@nx-ml/core/remote';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Refusal } from '../http/refusal.js';
import { accessOf } from '../http/rights.js';
import { sendPieces } from '../http/send-pieces.js';
import { RecentWriters } from './recent-writers.js';
import type { StoreRoom } from './room/index.js';
import { entryOf } from './space/place-of-name.js';
import type { Spaces } from './space/spaces.js';
import type { FoundBlob, StoreSpace } from './space/store-space.js';
import { Turns } from './space/turns.js';
import type { StoreObserver } from './store-observer.js';
import { canResume } from './take-upload.js';
import type { UploadTaker } from './take-upload.js';
import type { UploadFiles } from './uploads/upload-files.js';
import * as wire from './wire.js';

export interface BlobRoute {
  Params: { '*': string };
}

type Request = FastifyRequest<BlobRoute>;

interface BlobRequestsDeps {
  readonly spaces: Spaces;
  readonly taker: UploadTaker;
  readonly files: UploadFiles;
  /** Undefined: there are no quotas. */
  readonly room: StoreRoom | undefined;
  readonly observer: StoreObserver | undefined;
  /** Bytes of the largest blob that is taken. */
  readonly largest: number;
}

/** What is asked of one blob. */
export class BlobRequests {
  readonly #writers = new RecentWriters();
  readonly #turns = new Turns();

  constructor(private readonly deps: BlobRequestsDeps) {}

  async look(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    const found = await this.#space(request).find(nameIn(request));
    if (found === undefined) throw absent();
    return reply.header('content-length', found.size).send();
  }

  async get(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    const [space, name] = [this.#space(request), nameIn(request)];
    const found = await space.find(name);
    const blob = found && (await space.open(name, found));
    if (found === undefined || blob === undefined) throw absent();
    try {
      const answer = answerTo(request, found, blob);
      reply.hijack();
      reply.raw.writeHead(answer.status, { ...answer.headers, [wire.storeHeader]: '1' });
      await sendPieces(reply.raw, blob.pieces(answer.range.start, answer.range.end));
      reply.raw.end();
    } catch (error) {
      if (!reply.sent) throw error;
      // Its head is gone: that the rest does not come is all that can be told.
      request.failure = error;
      reply.raw.destroy();
    } finally {
      await blob.close();
    }
    return reply;
  }

  async put(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    const { headers } = request;
    const announced = wire.announced(headers['content-length'], headers['content-range']);
    if (announced.size > this.deps.largest) throw wire.tooLarge(this.deps.largest);
    if (headers['if-none-match'] !== undefined) return this.#create(request, reply, announced);
    const { scope } = accessOf(request);
    const key = { scope, name: nameIn(request), size: announced.size };
    const space = this.deps.spaces(scope);
    const there = await this.#inRoom(scope, key.size, () =>
      this.deps.taker.take({ space, key, announced, request: request.raw }),
    );
    const isStored = there === key.size;
    if (isStored) this.deps.observer?.onStored(scope, key.name);
    return reply
      .code(isStored ? 201 : 202)
      .header(wire.offsetHeader, there)
      .send();
  }

  async #create(
    request: Request,
    reply: FastifyReply,
    { length, size }: wire.Announced,
  ): Promise<FastifyReply> {
    if (request.headers['if-none-match'] !== '*' || length !== size)
      throw wire.malformed('If-None-Match is *, and the whole comes with it');
    if (size > smallBytes) throw wire.tooLarge(smallBytes);
    const name = nameIn(request);
    const { bytes } = await this.deps.taker.whole(request.raw, size);
    const writer = request.headers[wire.writerHeader]?.toString();
    const { scope } = accessOf(request);
    const key = `${scope} ${name}`;
    const create = async (): Promise<boolean> => {
      let isMine = false;
      await this.#inRoom(scope, size, async () => {
        isMine = await this.#space(request).create(name, bytes);
        return isMine ? size : 0;
      });
      return isMine;
    };
    // In turns: who asks again while the first try is still under way is told how that ends.
    const isMine = await this.#turns.take(key, async () => {
      if (!(await create())) return this.#writers.isFrom(key, writer);
      const entry = entryOf(name);
      if (entry !== undefined) this.deps.observer?.onAppended({ scope, ...entry, bytes });
      this.#writers.remember(key, writer);
      return true;
    });
    return reply.code(isMine ? 201 : 412).send();
  }

  async remove(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    await this.#space(request).remove(nameIn(request));
    return reply.code(204).send();
  }

  /** How much there is of an upload that was interrupted. */
  async offset(request: Request, reply: FastifyReply): Promise<FastifyReply> {
    const name = nameIn(request);
    const size = wire.wholeNumber((request.query as Record<string, unknown>)['size']);
    if (size === undefined) throw wire.malformed('size is the number of bytes of the whole');
    const key = { scope: accessOf(request).scope, name, size };
    const there = canResume(name, size) ? await this.deps.files.offset(key) : 0;
    return reply.header(wire.offsetHeader, there).send();
  }

  /** @param store tells how many bytes of the whole are stored: with fewer than all it is not there. */
  async #inRoom(scope: Scope, size: number, store: () => Promise<number>): Promise<number> {
    const reserved = await this.deps.room?.reserve(scope, size);
    let there = 0;
    try {
      return (there = await store());
    } finally {
      reserved?.end(there === size ? size : 0);
    }
  }

  #space(request: Request): StoreSpace {
    return this.deps.spaces(accessOf(request).scope);
  }
}

function nameIn({ params }: Request): string {
  return wire.nameFrom(params['*']);
}

interface BlobAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly range: BlobRange;
}

/** @throws Refusal 412 for another version than is wanted, 416 for a range of which nothing is there */
function answerTo({ headers }: Request, { scope }: FoundBlob, { size, version }: OpenBlob): BlobAnswer {
  const etag = `"${scope}.${version ?? String(size)}"`;
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag) throw otherVersion();
  const range = wire.rangeFrom(headers.range, size);
  if (range === 'beyond') throw beyond();
  const { start, end } = range === 'all' ? { start: 0, end: size } : range;
  const common = {
    etag,
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'content-length': String(end - start),
  };
  if (range === 'all') return { status: 200, headers: common, range: { start, end } };
  const part = `bytes ${String(start)}-${String(end - 1)}/${String(size)}`;
  return { status: 206, headers: { ...common, 'content-range': part }, range };
}

const absent = (): Refusal => new Refusal(404, { message: 'There is no such blob', fix: 'Push it first.' });

const otherVersion = (): Refusal =>
  new Refusal(412, { message: 'It was replaced meanwhile', fix: 'Start again.' });

const beyond = (): Refusal =>
  new Refusal(416, { message: 'Nothing of that range is there', fix: 'Ask for its size: HEAD.' });

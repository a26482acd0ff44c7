import type { FastifyInstance, FastifyPluginCallback } from 'fastify';

import { failureAnswer, sendJson } from '../http/answers.js';
import { BlobRequests } from './blob-requests.js';
import type { BlobRoute } from './blob-requests.js';
import { NameRequests } from './name-requests.js';
import type { StoreRoom } from './room/index.js';
import { spacesOf } from './space/spaces.js';
import type { StoreDeps } from './store-deps.js';
import { UploadTaker } from './take-upload.js';
import { defaultUploadLimits, UploadFiles } from './uploads/upload-files.js';
import { storeHeader } from './wire.js';

const terabyte = 1000 ** 4;
/** Milliseconds between two looks for uploads that nobody goes on with. */
const sweepEvery = 3600 * 1000;

const read = { config: { right: 'read' } } as const;
const write = { config: { right: 'write' } } as const;

/** Serves the store below `/v1/store`. */
export function storeRoutes(deps: StoreDeps): FastifyPluginCallback {
  return (app, _, done) => {
    const { blobs, uploads, clock, room, observer, limits = {} } = deps;
    const files = new UploadFiles(uploads, clock, limits.uploads ?? defaultUploadLimits);
    const taker = new UploadTaker(files);
    const spaces = spacesOf(blobs, room?.uses);
    const onBlobs = new BlobRequests({
      spaces,
      taker,
      files,
      room,
      observer,
      largest: limits.largest ?? terabyte,
    });
    const onNames = new NameRequests(spaces, taker);
    speakAsStore(app);
    sweepAtTimes(app, files);
    if (room !== undefined) keepRoom(app, room);
    app.get('/v1/store/list', read, (request) => onNames.list(request));
    app.post('/v1/store/have', read, (request) => onNames.have(request));
    const [blob, upload] = ['/v1/store/blobs/*', '/v1/store/uploads/*'];
    app.head<BlobRoute>(blob, read, (request, reply) => onBlobs.look(request, reply));
    app.get<BlobRoute>(blob, read, (request, reply) => onBlobs.get(request, reply));
    app.put<BlobRoute>(blob, write, (request, reply) => onBlobs.put(request, reply));
    app.delete<BlobRoute>(blob, write, (request, reply) => onBlobs.remove(request, reply));
    app.head<BlobRoute>(upload, write, (request, reply) => onBlobs.offset(request, reply));
    done();
  };
}

function speakAsStore(app: FastifyInstance): void {
  // Bodies are bytes, whatever they say that they are; the handlers read them as they come.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_, payload, parsed) => {
    parsed(null, payload);
  });
  app.setErrorHandler((error, request, reply) => {
    const answer = failureAnswer(error);
    if (answer.isOurs) request.failure = error;
    // Also where the token was refused, before any hook of this plugin.
    return sendJson(reply.header(storeHeader, '1'), answer);
  });
  app.addHook('onSend', async (_request, reply) => {
    void reply.header(storeHeader, '1');
    await Promise.resolve();
  });
}

function keepRoom(app: FastifyInstance, room: StoreRoom): void {
  app.addHook('onReady', async () => {
    room.start();
    await Promise.resolve();
  });
  app.addHook('onClose', () => room.stop());
}

function sweepAtTimes(app: FastifyInstance, files: UploadFiles): void {
  const sweep = (): void => {
    // What cannot be removed now is looked at again.
    files.sweep().catch(() => undefined);
  };
  const timer = setInterval(sweep, sweepEvery).unref();
  app.addHook('onReady', async () => {
    sweep();
    await Promise.resolve();
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await Promise.resolve();
  });
}

import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';

import { parseLimited } from '@nx-ml/core/bundle';

import { Refusal } from '../../http/refusal.js';
import type { KeptBlobs } from '../state/index.js';
import type { GatewayKeeper } from './gateway-keeper.js';
import {
  readDigest,
  readRelease,
  readRenewal,
  readRevision,
  readRollback,
  readRoute,
  readService,
} from './read-asked.js';

export interface AdminRoutesDeps {
  readonly keeper: GatewayKeeper;
  readonly blobs: KeptBlobs;
  /** Bytes of one file of a bundle, at most. */
  readonly maxBlob: number;
  /** Bytes of any other body, at most. */
  readonly maxJson: number;
}

interface OfService {
  readonly Params: { readonly service: string; readonly id: string };
}
interface OfBlob {
  readonly Params: { readonly digest: string };
}

/** What whoever deploys asks. docs/design/gateway.md, "/admin/v1" */
export function adminRoutes(deps: AdminRoutesDeps): FastifyPluginCallback {
  return (app, _, done) => {
    const { keeper, blobs, maxBlob } = deps;
    readBodies(app, deps.maxJson);
    app.head<OfBlob>('/admin/v1/blobs/:digest', async ({ params }, reply) =>
      reply.code((await blobs.has(readDigest(params.digest))) ? 200 : 404).send(),
    );
    app.put<OfBlob>('/admin/v1/blobs/:digest', { bodyLimit: maxBlob }, async (request, reply) => {
      await blobs.take(readDigest(request.params.digest), sizeOf(request, maxBlob), request.raw);
      return reply.code(201).send({});
    });
    const service = '/admin/v1/services/:service';
    app.get<OfService>(service, ({ params }) => keeper.observe(readService(params.service)));
    app.put<OfService>(`${service}/releases/:id`, async (request, reply) => {
      const { params, body } = request;
      const asked = readRelease(body, { service: readService(params.service), id: params.id });
      const staged = await keeper.stage(asked, whileConnected(reply));
      return reply.code(staged.ready ? 200 : 422).send(staged);
    });
    app.put<OfService>(`${service}/route`, async ({ params, body, headers }, reply) => {
      const revision = readRevision(headers['if-match']);
      const result = await keeper.route(readService(params.service), revision, readRoute(body));
      return reply.code(result.done ? 200 : 412).send(result.observed);
    });
    app.post<OfService>(`${service}/lease`, ({ params, body }) => {
      const { revision, lease } = readRenewal(body);
      return { renewed: keeper.renew(readService(params.service), revision, lease) };
    });
    app.post<OfService>(`${service}/rollback`, ({ params, body }) => {
      const { to, reason } = readRollback(body);
      return keeper.rollback(readService(params.service), to, reason);
    });
    app.post<OfService>(`${service}/drill`, ({ params }) => keeper.drill(readService(params.service)));
    done();
  };
}

/** JSON, bounded in depth too; bytes are read by who takes them, as they come. */
function readBodies(app: FastifyInstance, maxJson: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, bytes, parsed) => {
    try {
      parsed(null, parseLimited(bytes as Buffer, 'The body', maxJson));
    } catch {
      parsed(new Refusal(400, { message: 'The request is malformed: its body', fix: 'Send JSON in UTF-8.' }));
    }
  });
  app.addContentTypeParser('application/octet-stream', (_, payload, parsed) => {
    parsed(null, payload);
  });
}

function sizeOf({ headers }: FastifyRequest, most: number): number {
  const text = headers['content-length'];
  if (text === undefined || headers['content-type'] !== 'application/octet-stream')
    throw new Refusal(411, {
      message: 'Bytes come as application/octet-stream, with their length',
      fix: 'Send Content-Length.',
    });
  if (Number(text) <= most) return Number(text);
  throw new Refusal(413, {
    message: `One file has ${text} bytes, and at most ${String(most)} are taken`,
    fix: 'Start the gateway with a larger --max-blob.',
  });
}

/** Nobody waits any more for what is being loaded. */
function whileConnected({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) left.abort();
  });
  return left.signal;
}

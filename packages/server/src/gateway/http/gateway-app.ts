import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

import { openHttpServer } from '../../app/http-server.js';
import type { ServerLimits } from '../../app/limits.js';
import type { ServedCertificate } from '../../app/tls/index.js';
import { failureAnswer } from '../../http/answers.js';
import { InferenceFailure } from '../protocol/index.js';
import { feedbackRoute } from './feedback-route.js';
import type { FeedbackDeps } from './feedback-route.js';
import { inferListener } from './infer-listener.js';
import type { InferDeps } from './infer-listener.js';
import { protocolRoutes } from './protocol-routes.js';
import type { ProtocolDeps } from './protocol-routes.js';

export interface GatewayAppDeps {
  readonly infer: Omit<InferDeps, 'isDraining' | 'maxBody'>;
  readonly protocol: Omit<ProtocolDeps, 'isDraining'>;
  readonly feedback: FeedbackDeps;
  readonly registry: Registry;
  readonly limits: ServerLimits;
  /** Without it HTTP is spoken. */
  readonly certificate: ServedCertificate | undefined;
}

/** The listener for everybody, not yet listening. From `close` on it is not ready, and connections end with their answers. */
export async function gatewayApp(deps: GatewayAppDeps): Promise<FastifyInstance> {
  const { infer, protocol, feedback, registry, limits, certificate } = deps;
  let draining = false;
  const isDraining = (): boolean => draining;
  const answerAtOnce = inferListener({ ...infer, isDraining, maxBody: limits.maxJson });
  const app = fastify({
    logger: false,
    bodyLimit: limits.maxJson,
    routerOptions: { maxParamLength: 1024 },
    serverFactory: (handler) =>
      openHttpServer(
        (request, response) => {
          if (!answerAtOnce(request, response)) handler(request, response);
        },
        { limits, certificate },
      ),
  });
  app.addHook('preClose', () => {
    draining = true;
  });
  answerFailures(app, infer.failed);
  await app.register(protocolRoutes({ ...protocol, isDraining }));
  await app.register(feedbackRoute(feedback));
  app.get('/metrics', async (_, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
  return app;
}

/** The protocol's way to tell a failure: `{ error }`. */
function answerFailures(app: FastifyInstance, failed: (error: unknown) => void): void {
  app.setErrorHandler((error, _, reply) => {
    if (error instanceof InferenceFailure) return reply.code(error.status).send({ error: error.message });
    const { status, message, isOurs } = failureAnswer(error);
    if (isOurs) failed(error);
    return reply.code(status).send({ error: message });
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'There is nothing here' }));
}

import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Clock } from '@nx-ml/core/kernel';
import { isMlError, messageOf } from '@nx-ml/core/kernel';

import { bearerOf } from '../../access/bearer.js';
import { FailureLimit } from '../../access/failure-limit.js';
import { openHttpServer } from '../../app/http-server.js';
import type { ServerLimits } from '../../app/limits.js';
import type { ServedCertificate } from '../../app/tls/index.js';
import { failureAnswer, sendJson } from '../../http/answers.js';
import type { FailureAnswer } from '../../http/answers.js';
import { Refusal } from '../../http/refusal.js';
import type { GatewayState } from '../state/index.js';
import { adminRoutes } from './admin-routes.js';
import type { GatewayKeeper } from './gateway-keeper.js';
import { Replays } from './replays.js';

export interface AdminAppDeps {
  readonly keeper: GatewayKeeper;
  readonly state: GatewayState;
  readonly clock: Clock;
  readonly limits: ServerLimits;
  /** Without it HTTP is spoken. */
  readonly certificate: ServedCertificate | undefined;
  readonly log: (line: string) => void;
}

/** The listener for whoever deploys, not yet listening. Nothing of a request is read before its token was found right. */
export async function adminApp(deps: AdminAppDeps): Promise<FastifyInstance> {
  const { keeper, state, limits, certificate, log } = deps;
  const app = fastify({
    logger: false,
    bodyLimit: limits.maxJson,
    routerOptions: { maxParamLength: 1024 },
    serverFactory: (handler) => openHttpServer(handler, { limits, certificate }),
  });
  app.addHook('onRequest', guard(deps));
  app.setErrorHandler((error, _, reply) => {
    const answer = answerOf(error);
    if (answer.isOurs)
      log(`admin: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
    return sendJson(reply, answer);
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'There is nothing here' }));
  const { maxEntry: maxBlob, maxJson } = limits;
  await app.register(adminRoutes({ keeper, blobs: state.blobs, maxBlob, maxJson }));
  return app;
}

type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

function guard({ state, clock, log }: AdminAppDeps): Guard {
  const [failures, replays] = [new FailureLimit(clock), new Replays()];
  return async ({ headers, ip, method }, reply) => {
    const token = bearerOf(headers.authorization);
    if (token === undefined || !state.token.isRight(token)) {
      const wait = failures.fail(ip);
      if (wait === undefined) log(`admin: a request from ${ip} had no valid token`);
      throw wait === undefined ? noToken() : tooMany(wait);
    }
    const changes = method !== 'GET' && method !== 'HEAD';
    const isNew = !changes || replays.take(headers['x-ml-life'], headers['x-ml-request']);
    // Whoever has the token may know: it is what the next request has to name.
    reply.header('x-ml-life', replays.life);
    if (!isNew) throw replayed();
    await Promise.resolve();
  };
}

/** What a route refuses is a conflict with what is; whatever it says is for whoever has the token. */
function answerOf(error: unknown): FailureAnswer {
  if (isMlError(error) && error.code === 'ERR_ML_GATEWAY_ROUTE')
    return { status: 409, message: error.message, fix: error.fix, isOurs: false };
  if (isMlError(error) && error.code === 'ERR_ML_SERVER_STATE')
    return { status: 503, message: error.message, fix: error.fix, isOurs: true };
  return failureAnswer(error);
}

function noToken(): Refusal {
  return new Refusal(401, {
    message: 'There is no valid token in the Authorization header',
    fix: 'Send "Bearer" and the admin token; nx-ml-server gateway token makes a new one.',
  });
}

function tooMany(seconds: number): Refusal {
  return new Refusal(429, {
    message: 'Too many requests from here had no valid token',
    fix: `Try again in ${String(seconds)} s. A valid token is let in meanwhile.`,
  });
}

function replayed(): Refusal {
  return new Refusal(409, {
    message:
      'This request was answered already, is of an earlier life of the gateway, or has no id of its own',
    fix: 'Send x-ml-life as the last answer had it, and x-ml-request with 32 hexadecimal digits of chance, another for each request.',
  });
}

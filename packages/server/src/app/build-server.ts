import type { RequestListener, Server } from 'node:http';

import fastify from 'fastify';
import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyPluginCallback,
  FastifyServerOptions,
} from 'fastify';

import type { Clock } from '@nx-ml/core/kernel';
import type { ServedBlobs } from '@nx-ml/core/remote';

import type { Authenticator } from '../access/access.js';
import { answerAtOnce, CacheEntries, cacheRoutes } from '../cache/index.js';
import type { AtOnce, EntryObserver, KeySource } from '../cache/index.js';
import { failureAnswer, sendJson } from '../http/answers.js';
import { guardRoutes } from '../http/rights.js';
import {
  Housekeeper,
  operationRoutes,
  ServerMetrics,
  StatusCounts,
  statusPage,
  watching,
  watchRequests,
} from '../operations/index.js';
import type { LogSink, Quotas, StoreBoard, StoreMeter, UseLog } from '../operations/index.js';
import { openHttpServer } from './http-server.js';
import { defaultLimits } from './limits.js';
import type { ServerLimits } from './limits.js';
import type { ServedCertificate } from './tls/index.js';

export interface ServerDeps {
  /** Where entries and the stores of scopes lie. */
  readonly blobs: ServedBlobs;
  readonly authenticator: Authenticator;
  readonly keys: KeySource;
  readonly clock: Clock;
  /** When entries were used last. */
  readonly uses: UseLog;
  /** Routes of others. Each route says `config: { right }`; `accessOf(request)` tells who asks. A thrown Refusal is its answer. */
  readonly plugins?: readonly (FastifyPluginCallback | FastifyPluginAsync)[];
  readonly limits?: Partial<ServerLimits>;
  readonly quotas?: Quotas;
  /** Of the store that a plugin serves, to be told to whoever runs the server. */
  readonly store?: StoreMeter;
  /** Of runs and savings in that store, for the status page. Started and stopped with the server. */
  readonly board?: StoreBoard;
  /** Without it HTTP is spoken. */
  readonly certificate?: ServedCertificate | undefined;
  /** Whether X-Forwarded-For is believed. */
  readonly isBehindProxy?: boolean;
  /** Gets a line of JSON a request; without it none is made. */
  readonly accessLog?: LogSink;
  /** One line about something that goes wrong beside the requests. */
  readonly warn: (message: string) => void;
  /** Without `/` and `/metrics`: nobody learns how much there is. */
  readonly isSilent?: boolean;
}

/** The whole server, not yet listening. `close` ends what is under way, and all that runs beside it. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const limits = { ...defaultLimits, ...deps.limits };
  let atOnce: AtOnce | undefined;
  const app = fastify(
    fastifyOptions(deps, limits, (handler) => (request, response) => {
      if (atOnce?.(request, response) !== true) handler(request, response);
    }),
  );
  app.decorateRequest('failure', undefined);
  const beside = besideRequests(deps, (blob) => {
    entries.forget(blob);
  });
  const { blobs, keys, clock, authenticator, accessLog, isBehindProxy = false } = deps;
  const entries = new CacheEntries({ blobs, keys, clock, observer: beside.observer, memory: limits.memory });
  const watch = watching({ clock, metrics: beside.metrics, accessLog });
  watchRequests(app, watch);
  guardRoutes(app, authenticator);
  answerFailures(app);
  const { maxEntry } = limits;
  const checkRoom: Housekeeper['checkRoom'] = (size, scope) => {
    beside.housekeeper.checkRoom(size, scope);
  };
  await app.register(cacheRoutes({ entries, keys, maxEntry, checkRoom }));
  await addOperations(app, deps, beside);
  for (const plugin of deps.plugins ?? []) await app.register(plugin);
  atOnce = answerAtOnce({ authenticator, entries, watch, isBehindProxy });
  app.addHook('preClose', () => {
    // From then on Fastify ends connections with their answers.
    atOnce = undefined;
    closeWhatGetsIdle(app.server);
  });
  return app;
}

/** Milliseconds between two looks. */
const idleLook = 100;

/** Who asked before the stop was told that the connection stays: it would be waited for until the client leaves it. */
function closeWhatGetsIdle(server: Server): void {
  // Of one that never listened no end is told.
  if (!server.listening) return;
  const timer = setInterval(() => {
    server.closeIdleConnections();
  }, idleLook);
  server.once('close', () => {
    clearInterval(timer);
  });
}

interface Beside {
  readonly metrics: ServerMetrics;
  readonly housekeeper: Housekeeper;
  readonly counts: StatusCounts;
  readonly observer: EntryObserver;
}

function besideRequests(deps: ServerDeps, forget: (blob: string) => void): Beside {
  const { blobs, uses, clock, warn, quotas = { total: undefined, scope: undefined } } = deps;
  const metrics = new ServerMetrics(() => housekeeper.index.totals, {
    store: deps.store,
    quota: quotas.total,
  });
  const onEvicted = (blob: string): void => {
    forget(blob);
    metrics.onEvicted(1);
  };
  const housekeeper = new Housekeeper({ blobs, uses, clock, quotas, onEvicted, warn });
  const counts = new StatusCounts({
    ...{ clock, housekeeper, store: deps.store, board: deps.board },
    quotas: { cache: quotas.total, store: deps.store?.quotas.total },
  });
  const all = [metrics, housekeeper, counts];
  const observer: EntryObserver = {
    onHit: (entry) => {
      for (const each of all) each.onHit(entry);
    },
    onMiss: (reader) => {
      metrics.onMiss(reader);
      counts.onMiss();
    },
    onStored: (entry) => {
      for (const each of all) each.onStored(entry);
    },
    onUntrusted: ({ blob, reason }) => {
      metrics.onUntrusted();
      warn(`${blob} is not believed and counts as absent: ${reason}. nx-ml-server scrub moves it away`);
    },
  };
  return { metrics, housekeeper, counts, observer };
}

async function addOperations(app: FastifyInstance, deps: ServerDeps, beside: Beside): Promise<void> {
  const { metrics, housekeeper, counts } = beside;
  let isClosing = false;
  app.addHook('preClose', () => {
    isClosing = true;
  });
  app.addHook('onReady', () => {
    housekeeper.start();
    deps.board?.start();
  });
  app.addHook('onClose', async () => {
    await housekeeper.stop();
    await deps.board?.stop();
  });
  await app.register(
    operationRoutes({
      registry: deps.isSilent === true ? undefined : metrics.registry,
      checkStorage: async () => {
        await deps.blobs.size('format.json');
      },
      isClosing: () => isClosing,
    }),
  );
  if (deps.isSilent !== true) await app.register(statusPage(() => counts.report()));
}

function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = failureAnswer(error);
    if (answer.isOurs) request.failure = error;
    return sendJson(reply, answer);
  });
  app.setNotFoundHandler((_, reply) =>
    sendJson(reply, {
      status: 404,
      message: 'There is nothing here',
      fix: 'See /openapi.json.',
      isOurs: false,
    }),
  );
}

/** @param around what Fastify does with a request: what is to be done with it */
function fastifyOptions(
  { certificate, isBehindProxy = false }: ServerDeps,
  limits: ServerLimits,
  around: (handler: RequestListener) => RequestListener,
): FastifyServerOptions {
  return {
    logger: false,
    exposeHeadRoutes: false,
    // Nx ends a run for a 503: who has asked on an open connection is answered, and told to close it.
    return503OnClosing: false,
    bodyLimit: limits.maxJson,
    // A hash has up to 128 characters, and encoded three times as many.
    routerOptions: { maxParamLength: 1024 },
    trustProxy: isBehindProxy,
    serverFactory: (handler) => openHttpServer(around(handler), { limits, certificate }),
  };
}

import { randomBytes } from 'node:crypto';

import type { FastifyInstance } from 'fastify';

import type { Clock } from '@nx-ml/core/kernel';
import { messageOf } from '@nx-ml/core/kernel';

import type { ServerLimits } from '../app/limits.js';
import type { ServedCertificate } from '../app/tls/index.js';
import { Gateway } from './gateway.js';
import type { KeepState } from './gateway-control.js';
import type { OpenHost } from './host/index.js';
import { gatewayApp } from './http/index.js';
import { AnsweredRequests } from './route/answered-requests.js';
import type { KeptWindow } from './route/answered-requests.js';
import { Shadows } from './route/shadows.js';
import { Traffic } from './traffic.js';
import { GatewayMetrics, inferenceLine } from './watch/index.js';
import type { RequestLog } from './watch/index.js';

export interface OpenGatewayOptions {
  readonly openHost: OpenHost;
  readonly clock: Clock;
  readonly limits: ServerLimits;
  /** Without it HTTP is spoken. */
  readonly certificate?: ServedCertificate | undefined;
  /** How long feedback is believed. */
  readonly feedbackWindow: KeptWindow;
  /** Shadowed requests under way, at most. */
  readonly shadows: number;
  /** Of this package. */
  readonly version: string;
  /** Gets a line of JSON a request; without it none is made. */
  readonly accessLog?: ((line: string) => void) | undefined;
  readonly requestLog?: RequestLog | undefined;
  /** One line about something that goes wrong, or that becomes of a model. */
  readonly log: (line: string) => void;
  readonly keep?: KeepState | undefined;
}

export interface OpenedGateway {
  readonly gateway: Gateway;
  /** The listener for everybody, not yet listening. Closing it lets requests end, and then the models. */
  readonly app: FastifyInstance;
  readonly metrics: GatewayMetrics;
}

/** Milliseconds that requests have when the gateway ends. */
const closingGrace = 30_000;

/** Puts a gateway together. Nothing is served yet: stage a release, and route to it. */
export async function openGateway(options: OpenGatewayOptions): Promise<OpenedGateway> {
  const { openHost, clock, log, keep } = options;
  const now = (): number => clock.monotonic();
  const gateway = new Gateway({ openHost, now, log, keep });
  const answered = new AnsweredRequests(options.feedbackWindow, now);
  const metrics = new GatewayMetrics(() => gateway.readiness());
  const traffic = new Traffic({
    serviceOf: (model) => gateway.serviceOf(model),
    answered,
    shadows: new Shadows(options.shadows, now),
    now,
    chance: () => randomBytes(12).toString('base64'),
  });
  const app = await gatewayApp({
    infer: {
      answer: (asking) => traffic.answer(asking),
      told: (outcome) => {
        metrics.onOutcome(outcome);
        options.accessLog?.(inferenceLine(outcome, clock.now()));
        options.requestLog?.add(outcome);
      },
      failed: (error) => {
        log(error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
      },
    },
    protocol: { gateway, version: options.version },
    feedback: {
      answered,
      rulesOf: ({ service, release }) => gateway.configOf(service, release)?.feedback ?? {},
      told: (service, isBad) => {
        metrics.onFeedback(service, isBad);
      },
    },
    registry: metrics.registry,
    limits: options.limits,
    certificate: options.certificate,
  });
  app.addHook('onClose', async () => {
    await gateway.close(closingGrace);
    options.requestLog?.close();
  });
  return { gateway, app, metrics };
}

import type { FastifyInstance } from 'fastify';

import type { Clock } from '@nx-ml/core/kernel';

import type { ServerLimits } from '../../app/limits.js';
import type { ServedCertificate } from '../../app/tls/index.js';
import type { GatewayControl } from '../gateway-control.js';
import type { GatewayState } from '../state/index.js';
import { adminApp } from './admin-app.js';
import { GatewayKeeper } from './gateway-keeper.js';

export interface OpenAdminOptions {
  readonly gateway: GatewayControl;
  readonly state: GatewayState;
  readonly clock: Clock;
  readonly limits: ServerLimits;
  /** Without it HTTP is spoken. */
  readonly certificate?: ServedCertificate | undefined;
  readonly log: (line: string) => void;
}

/** Milliseconds between two looks for what nobody needs. */
const sweepEvery = 600_000;

/** The listener for whoever deploys, not yet listening, with what runs beside it. */
export async function openAdmin(options: OpenAdminOptions): Promise<FastifyInstance> {
  const { gateway, state, clock, log, certificate, limits } = options;
  const keeper = new GatewayKeeper({ gateway, state, log });
  const app = await adminApp({ keeper, state, clock, limits, certificate, log });
  const sweep = (): void => {
    void keeper.sweep(clock.now());
  };
  const timer = setInterval(sweep, sweepEvery).unref();
  app.addHook('onReady', async () => {
    sweep();
    await Promise.resolve();
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    keeper.close();
    await Promise.resolve();
  });
  return app;
}

import { randomBytes } from 'node:crypto';

import { defaultLimits } from '../../app/limits.js';
import { packageVersion } from '../../app/package-version.js';
import { ServedCertificate } from '../../app/tls/index.js';
import { hostOpener, openGateway, RequestLog } from '../../gateway/index.js';
import type { KeepState, OpenedGateway } from '../../gateway/index.js';
import { gathered } from '../../operations/index.js';
import type { Io } from '../command.js';
import type { GatewayOptions } from './gateway-options.js';
import { processEnvironment } from './process-environment.js';

/** Bodies are small and come at once; many clients keep their connections. */
const limits = { requestMs: 60_000, pace: { every: Infinity, least: 0 }, maxConnections: 16_384 };

/** Feedback is believed for an hour, for that many requests; shadows under way. */
const [feedbackWindow, shadows] = [{ duration: 3_600_000, count: 200_000 }, 32];

/** A gateway with the listener for everybody. @param keep absent where nothing is kept over a restart */
export function openForPublic(options: GatewayOptions, io: Io, keep?: KeepState): Promise<OpenedGateway> {
  const { clock } = io;
  const log = (line: string): void => {
    io.tell(`${line}\n`);
  };
  const { requestLog: place } = options;
  return openGateway({
    openHost: hostOpener(processEnvironment(io.env, options.env)),
    clock,
    limits: { ...defaultLimits, ...limits, maxJson: options.maxBody },
    certificate: options.tls && new ServedCertificate(options.tls, { clock, tell: log }),
    feedbackWindow,
    shadows,
    version: packageVersion(),
    accessLog: options.isLogging ? gathered(io.write) : undefined,
    requestLog:
      place &&
      new RequestLog({
        ...place,
        files: 4,
        now: () => clock.now(),
        chance: () => randomBytes(12).toString('base64'),
        warn: log,
      }),
    log,
    keep,
  });
}

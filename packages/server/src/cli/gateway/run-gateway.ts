import { randomBytes } from 'node:crypto';

import { MlError } from '@nx-ml/core/kernel';

import { defaultLimits } from '../../app/limits.js';
import { packageVersion } from '../../app/package-version.js';
import { ServedCertificate } from '../../app/tls/index.js';
import { hostOpener, openGateway, RequestLog } from '../../gateway/index.js';
import type { OpenedGateway, UnpackedRelease } from '../../gateway/index.js';
import { gathered } from '../../operations/index.js';
import type { Io } from '../command.js';
import { addressOf, listen } from '../serve/run-server.js';
import { untilStopped } from '../serve/until-stopped.js';
import type { GatewayOptions } from './gateway-options.js';
import { processEnvironment } from './process-environment.js';
import { readRelease } from './read-release.js';

/** Bodies are small and come at once; many clients keep their connections. */
const limits = { requestMs: 60_000, pace: { every: Infinity, least: 0 }, maxConnections: 16_384 };

/** Feedback is believed for an hour, for that many requests; shadows under way. */
const [feedbackWindow, shadows] = [{ duration: 3_600_000, count: 200_000 }, 32];

/** Serves until a signal. @returns the exit code. @throws MlError */
export async function runGateway(options: GatewayOptions, io: Io): Promise<number> {
  const unpacked = await readRelease(options.release);
  const opened = await open(options, io);
  try {
    await serve(opened, unpacked);
  } catch (error) {
    await opened.app.close();
    throw error;
  }
  await listen(opened.app, options);
  const { service, models } = unpacked.release;
  io.tell(
    `nx-ml-server gateway listens on ${addressOf(opened.app, options)} and serves ${Object.keys(models).join(', ')} of ${service}\n`,
  );
  await untilStopped(opened.app, io);
  return 0;
}

function open(options: GatewayOptions, io: Io): Promise<OpenedGateway> {
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
  });
}

async function serve({ gateway }: OpenedGateway, unpacked: UnpackedRelease): Promise<void> {
  const { service } = unpacked.release;
  const staged = await gateway.stage(unpacked);
  if (!staged.ready)
    throw new MlError('ERR_ML_MODEL_LOAD', {
      message: `${staged.model === undefined ? 'The release' : `Model "${staged.model}"`} cannot be served: ${staged.reason}`,
      fix: 'Package it again: nx run MODEL:package.',
    });
  const [baseline = null] = gateway.loaded(service);
  await gateway.route(service, gateway.observe(service).revision, { baseline });
}

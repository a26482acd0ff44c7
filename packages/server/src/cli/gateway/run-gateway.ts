import { MlError } from '@nx-ml/core/kernel';

import type { OpenedGateway, UnpackedRelease } from '../../gateway/index.js';
import type { Io } from '../command.js';
import { addressOf, listen } from '../serve/run-server.js';
import { untilStopped } from '../serve/until-stopped.js';
import type { GatewayOptions } from './gateway-options.js';
import { openForPublic } from './open-for-public.js';
import { readRelease } from './read-release.js';
import { runDeployed } from './run-deployed.js';

/** Serves until a signal. @returns the exit code. @throws MlError */
export async function runGateway(options: GatewayOptions, io: Io): Promise<number> {
  if (options.admin !== undefined) return runDeployed(options, options.admin, io);
  const unpacked = await readRelease(options.release ?? '');
  const opened = await openForPublic(options, io);
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

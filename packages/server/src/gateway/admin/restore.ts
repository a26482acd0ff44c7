import { messageOf, shortDigest } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import type { GatewayControl, ServiceState } from '../gateway-control.js';
import type { GatewayState } from '../state/index.js';

export interface RestoreDeps {
  readonly gateway: GatewayControl;
  readonly state: GatewayState;
  readonly log: (line: string) => void;
}

/**
 * Serves what was served before a restart: of each service the baseline, with the release before it to go back to. A release of which a
 * byte is not right any more is not loaded. Where that is the baseline the one before it serves, and where neither can, the service is
 * down until something is deployed; the others are not touched by it.
 */
export async function restore({ gateway, state, log }: RestoreDeps): Promise<void> {
  const services = state.services.all((path) => {
    log(`${path} is not the route of a service, and is left as it is`);
  });
  for (const service of services) await restoreService(service, { gateway, state, log });
}

async function restoreService(kept: ServiceState, deps: RestoreDeps): Promise<void> {
  const { gateway, log } = deps;
  const { service, baseline, previous } = kept;
  if (baseline === null) return;
  const wrong = await load(service, baseline, deps);
  const wrongBefore = previous === null ? 'there is none' : await load(service, previous, deps);
  if (wrongBefore !== undefined && previous !== null)
    log(
      `${service}: release ${shortDigest(previous)}, which was served before, cannot be gone back to: ${wrongBefore}`,
    );
  if (wrong === undefined) {
    gateway.restore(kept);
    return;
  }
  const serves = wrongBefore === undefined ? previous : null;
  const told = `release ${shortDigest(baseline)} cannot be served: ${wrong}`;
  log(
    `${service}: ${told}; ${serves === null ? 'nothing is served' : `${shortDigest(serves)} serves in its place`}`,
  );
  // The file stays as it is: it says what should be served, until somebody decides otherwise.
  if (serves !== null) gateway.restore({ ...kept, baseline: serves, previous: null });
  gateway.report(service, {
    what: `release ${shortDigest(baseline)} cannot be served`,
    isDown: serves === null,
  });
}

/** @returns why it cannot be served */
async function load(
  service: string,
  id: Digest,
  { gateway, state }: RestoreDeps,
): Promise<string | undefined> {
  try {
    const unpacked = await state.releases.open(id);
    if (unpacked.release.service !== service) return 'it is of another service';
    const staged = await gateway.stage(unpacked);
    return staged.ready ? undefined : staged.reason;
  } catch (error) {
    return messageOf(error);
  }
}

import { messageOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import type { GatewayControl } from '../gateway-control.js';
import type { GatewayState } from '../state/index.js';

export interface SweepDeps {
  readonly gateway: GatewayControl;
  readonly state: GatewayState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly log: (line: string) => void;
}

/** Milliseconds for which bytes are kept that nobody needs yet: their release is on its way. */
const grace = 3_600_000;
/** Releases of a service that are kept beside those that are needed: they can be gone back to by name. */
const keptBeside = 2;

/** Removes releases that nobody goes back to, then bytes that no release needs. Where one cannot be read nothing is removed. */
export async function sweep(deps: SweepDeps): Promise<void> {
  const { state, now, log } = deps;
  try {
    const kept = await sweepReleases(deps);
    const needed = new Set((await Promise.all(kept.map((id) => state.releases.blobsOf(id)))).flat());
    await state.blobs.sweep((hex) => needed.has(hex), now - grace);
  } catch (error) {
    log(`Nothing is swept: ${messageOf(error)}`);
  }
}

async function sweepReleases({ gateway, state }: SweepDeps): Promise<Digest[]> {
  const kept: Digest[] = [];
  const needed = new Set<Digest | null>();
  for (const { baseline, previous } of state.services.all(refuse)) needed.add(baseline).add(previous);
  const beside = new Map<string, number>();
  for (const { id, service } of await state.releases.all()) {
    const count = beside.get(service ?? '') ?? 0;
    const isLoaded = service !== undefined && gateway.loaded(service).includes(id);
    if (!needed.has(id) && !isLoaded) {
      beside.set(service ?? '', count + 1);
      if (service === undefined || count >= keptBeside) {
        await state.releases.remove(id);
        continue;
      }
    }
    kept.push(id);
  }
  return kept;
}

/** What it needs is not known. */
function refuse(path: string): never {
  throw new Error(`${path} is not the route of a service`);
}

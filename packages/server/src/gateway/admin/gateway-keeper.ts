import type { Counts, Observed, RouteResult, Staged } from '@nx-ml/core/deploy';
import { releaseId } from '@nx-ml/core/deploy';
import { isMlError, messageOf, MlError, shortDigest } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { systemCode } from '../../access/state/index.js';
import { Refusal } from '../../http/refusal.js';
import { Turns } from '../../store/space/turns.js';
import type { GatewayControl, UnpackedRelease } from '../gateway-control.js';
import type { GatewayState } from '../state/index.js';
import type { AskedRelease, AskedRoute } from './read-asked.js';
import { sweep } from './sweep.js';

export interface GatewayKeeperDeps {
  readonly gateway: GatewayControl;
  readonly state: GatewayState;
  readonly log: (line: string) => void;
}

/** What a service is, for whoever deploys. */
export interface ToldService extends Observed {
  /** Those that are loaded. */
  readonly releases: readonly Digest[];
  readonly counts: Counts;
}

/** Releases of a service that are loaded, and that nothing is routed to: more are ended, the oldest first. */
const mostUnrouted = 4;
/** Milliseconds after which a route that could not be kept is tried again. */
const keepAgain = 5000;
const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A gateway with its disk: what it serves is verified and kept there first; going back alone waits for no disk. */
export class GatewayKeeper {
  readonly #turns = new Turns();
  readonly #unkept = new Map<string, NodeJS.Timeout>();
  /** Releases that are being brought or loaded. */
  #underWay = 0;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly deps: GatewayKeeperDeps) {}

  observe(service: string): ToldService {
    const { gateway } = this.deps;
    return {
      ...gateway.observe(service),
      releases: gateway.loaded(service),
      counts: gateway.counts(service),
    };
  }

  /** @throws Refusal 507 where there is no room */
  stage({ release, indexes }: AskedRelease, signal: AbortSignal): Promise<Staged> {
    const { gateway, state } = this.deps;
    return this.#alone(release.service, async () => {
      const id = releaseId(release);
      if (gateway.loaded(release.service).includes(id))
        return gateway.stage(state.releases.unpacked(release), signal);
      const unpacked = await verified(() => state.releases.keep(release, indexes));
      if ('reason' in unpacked) return unpacked;
      const staged = await this.#load(unpacked, signal);
      if (!staged.ready) await state.releases.remove(id);
      return staged;
    });
  }

  route(service: string, revision: string, { to, lease }: AskedRoute): Promise<RouteResult> {
    return this.deps.gateway.route(service, revision, to, lease);
  }

  renew(service: string, revision: string, lease: number): boolean {
    return this.deps.gateway.renew(service, revision, lease);
  }

  /** Goes back at once. One that is not loaded any more, and is named, is loaded first. */
  async rollback(service: string, to: Digest | undefined, reason: string): Promise<Observed> {
    const { gateway } = this.deps;
    if (to !== undefined && !gateway.loaded(service).includes(to)) await this.#loadAgain(service, to);
    try {
      return await gateway.rollback(service, to, reason);
    } catch (error) {
      // The traffic is back, and the disk was not: it is tried until it is.
      if (!isMlError(error) || error.code !== 'ERR_ML_SERVER_STATE') throw error;
      this.deps.log(`${service}: went back, and that cannot be kept yet: ${messageOf(error)}`);
      this.#keepLater(service);
      return gateway.observe(service);
    }
  }

  drill(service: string): Promise<{ readonly to: Digest; readonly recovery: number }> {
    return this.deps.gateway.drill(service);
  }

  /** Removes what nobody goes back to. Not while a release is on its way: it would look like one that is not whole. */
  async sweep(now: number): Promise<void> {
    if (this.#underWay > 0) return;
    this.#sweeping = sweep({ ...this.deps, now });
    await this.#sweeping;
  }

  close(): void {
    for (const timer of this.#unkept.values()) clearInterval(timer);
    this.#unkept.clear();
  }

  async #alone<T>(service: string, run: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      await this.#sweeping;
      return await this.#turns.take(service, run);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #load(unpacked: UnpackedRelease, signal?: AbortSignal): Promise<Staged> {
    const { gateway, log } = this.deps;
    const { service } = unpacked.release;
    const staged = await gateway.stage(unpacked, signal);
    const { route, previous } = gateway.observe(service);
    const routed = [route.baseline, route.candidate?.release, previous];
    const unrouted = gateway.loaded(service).filter((id) => !routed.includes(id));
    for (const id of unrouted.slice(0, -mostUnrouted)) {
      await gateway.unstage(service, id);
      log(
        `${service}: release ${shortDigest(id)} is not loaded any more: newer ones were staged, and it was not used`,
      );
    }
    return staged;
  }

  async #loadAgain(service: string, id: Digest): Promise<void> {
    await this.#alone(service, async () => {
      const unpacked = await verified(() => this.deps.state.releases.open(id));
      if ('reason' in unpacked) throw cannotGoBack(service, id, unpacked.reason);
      if (unpacked.release.service !== service) throw cannotGoBack(service, id, 'it is of another service');
      const staged = await this.#load(unpacked);
      if (!staged.ready) throw cannotGoBack(service, id, staged.reason);
    });
  }

  #keepLater(service: string): void {
    if (this.#unkept.has(service)) return;
    const again = (): void => {
      const { gateway, state, log } = this.deps;
      const { revision, route, previous } = gateway.observe(service);
      try {
        state.services.keep({ service, revision, baseline: route.baseline, previous });
      } catch {
        return;
      }
      clearInterval(this.#unkept.get(service));
      this.#unkept.delete(service);
      log(`${service}: what is served is kept again`);
    };
    this.#unkept.set(service, setInterval(again, keepAgain).unref());
  }
}

/** What is wrong with a release is an answer; what is wrong with the disk is not. */
async function verified(
  open: () => Promise<UnpackedRelease>,
): Promise<UnpackedRelease | (Staged & { readonly ready: false })> {
  try {
    return await open();
  } catch (error) {
    if (!isMlError(error)) throw error;
    if (full.has(systemCode(error.cause) ?? '')) throw noRoom();
    if (!error.code.startsWith('ERR_ML_BUNDLE_')) throw error;
    return { ready: false, reason: error.message };
  }
}

function noRoom(): Refusal {
  return new Refusal(507, {
    message: 'The gateway has no room left for this release; it goes on with what it serves',
    fix: 'Make room on the disk of its state folder, and deploy again.',
  });
}

function cannotGoBack(service: string, id: Digest, why: string): MlError {
  return new MlError('ERR_ML_GATEWAY_ROUTE', {
    message: `${service} cannot go back to ${shortDigest(id)}: ${why}`,
    fix: 'Name a release that is on the disk of the gateway, or none: the one before.',
  });
}

import { MlError, shortDigest } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import type { Counts, Observed, Route, RouteResult, Staged } from '@nx-ml/core/deploy';

import type { GatewayControl, KeepState, ServiceState, Trouble, UnpackedRelease } from './gateway-control.js';
import type { OpenHost } from './host/index.js';
import type { LoadedModel, LoadedRelease, ReleaseConfig } from './release/index.js';
import { Leases } from './route/leases.js';
import { Service } from './route/service.js';
import { loadOnceMore, stageRelease } from './staging.js';
import { Turns } from '../store/space/turns.js';

export interface GatewayDeps {
  readonly openHost: OpenHost;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** One line about something that goes wrong, or that becomes of a model. */
  readonly log: (line: string) => void;
  /** Absent where nothing is kept over a restart. */
  readonly keep?: KeepState | undefined;
}

/** Milliseconds that requests under way have when their release is ended. */
const closingGrace = 60_000;

/** What is served: the services with their releases, changed one after another, and read by every request. */
export class Gateway implements GatewayControl {
  readonly #services = new Map<string, Service>();
  /** By the model's name: who answers for it. */
  #models = new Map<string, Service>();
  readonly #turns = new Turns();
  readonly #leases = new Leases();
  readonly #closing = new Set<Promise<void>>();
  readonly #troubles = new Map<string, Trouble>();
  #isClosed = false;

  constructor(private readonly deps: GatewayDeps) {}

  /** Whether everything that is routed can answer; false as soon as it is closed. */
  get isReady(): boolean {
    const isDown = [...this.#troubles.values()].some((trouble) => trouble.isDown);
    return !this.#isClosed && !isDown && this.unready().length === 0;
  }

  /** What was reported of services, by their names. */
  get troubles(): Record<string, string> {
    return Object.fromEntries([...this.#troubles].map(([service, { what }]) => [service, what]));
  }

  report(service: string, trouble: Trouble): void {
    this.#troubles.set(service, trouble);
  }

  /** Models of baselines that cannot answer now. */
  unready(): string[] {
    return this.#baselineModels().flatMap(({ name, host }) => (host.isReady ? [] : [name]));
  }

  /** Of each model of a baseline, whether it can answer. */
  readiness(): (readonly [string, boolean])[] {
    return this.#baselineModels().map(({ name, host }) => [name, host.isReady]);
  }

  /** What a release that is loaded says of itself. */
  configOf(service: string, release: Digest): ReleaseConfig | undefined {
    return this.#services.get(service)?.releases.get(release)?.config;
  }

  /** Who answers for a model; undefined where nobody does. */
  serviceOf(model: string): Service | undefined {
    return this.#models.get(model);
  }

  async stage(unpacked: UnpackedRelease, signal?: AbortSignal): Promise<Staged> {
    const { service: name, models } = unpacked.release;
    const taken = Object.keys(models).find((model) => (this.#models.get(model)?.name ?? name) !== name);
    if (taken !== undefined)
      return {
        ready: false,
        model: taken,
        reason: `service ${String(this.#models.get(taken)?.name)} serves it`,
      };
    return this.#turns.take(`stage ${name}`, () =>
      stageRelease(this.#service(name), unpacked, { ...this.deps, signal }),
    );
  }

  async unstage(service: string, id: Digest): Promise<boolean> {
    const known = this.#services.get(service);
    const release = known?.releases.get(id);
    if (known === undefined || release === undefined) return true;
    if (known.needs(id)) return false;
    known.releases.delete(id);
    await release.close(closingGrace);
    return true;
  }

  loaded(service: string): readonly Digest[] {
    return [...(this.#services.get(service)?.releases.keys() ?? [])];
  }

  restore({ service: name, baseline, previous }: ServiceState): void {
    const service = this.#service(name);
    this.#requireLoaded(service, [baseline]);
    service.serve({ baseline }, previous !== null && service.releases.has(previous) ? previous : null);
    this.#findModels();
  }

  observe(service: string): Observed {
    return this.#service(service).observed;
  }

  route(name: string, revision: string, to: Route, lease?: number): Promise<RouteResult> {
    return this.#turns.take(name, async () => {
      const service = this.#service(name);
      if (service.revision !== revision) return { done: false, observed: service.observed };
      this.#requireLoaded(service, [to.baseline, to.candidate?.release ?? null]);
      const { baseline } = service.route;
      const previous = to.baseline === baseline ? service.previous : baseline;
      if (to.baseline !== baseline || previous !== service.previous)
        await this.deps.keep?.({ service: name, revision, baseline: to.baseline, previous });
      // Going back waits for nobody, and may have come in between.
      if (service.revision !== revision) {
        await this.deps.keep?.(service.state);
        return { done: false, observed: service.observed };
      }
      this.#serve(service, to, previous);
      this.#lend(service, to.candidate === undefined ? undefined : lease);
      return { done: true, observed: service.observed };
    });
  }

  renew(name: string, revision: string, lease: number): boolean {
    const service = this.#service(name);
    if (service.revision !== revision || service.arms.candidate === undefined) return false;
    this.#lend(service, lease);
    return true;
  }

  counts(service: string): Counts {
    return this.#service(service).counts;
  }

  async rollback(name: string, to: Digest | undefined, reason: string): Promise<Observed> {
    const service = this.#service(name);
    const { route } = service;
    const back = to ?? (route.candidate === undefined ? service.previous : route.baseline);
    if (back === null) throw nothingBefore(name);
    this.#requireLoaded(service, [back]);
    // What was gone back from is no place to go back to.
    const previous = back === route.baseline ? service.previous : null;
    this.#serve(service, { baseline: back }, previous);
    this.#lend(service, undefined);
    this.deps.log(`${name}: back to ${shortDigest(back)}: ${reason}`);
    await this.#turns.take(name, async () => this.deps.keep?.(service.state));
    return service.observed;
  }

  async drill(name: string): Promise<{ readonly to: Digest; readonly recovery: number }> {
    const service = this.#service(name);
    const previous = service.previous === null ? undefined : service.releases.get(service.previous);
    if (previous === undefined) throw nothingBefore(name);
    return { to: previous.id, recovery: await loadOnceMore(previous, this.deps) };
  }

  /** Refuses everything new, lets what is under way end, and leaves nothing behind. @param grace milliseconds for what is under way */
  async close(grace: number): Promise<void> {
    this.#isClosed = true;
    this.#leases.endAll();
    const all = [...this.#services.values()].flatMap(({ releases }) => [...releases.values()]);
    await Promise.all([...this.#closing, ...all.map((release) => release.close(grace))]);
  }

  #baselineModels(): LoadedModel[] {
    return [...this.#services.values()].flatMap(({ arms }) => [
      ...(arms.baseline?.release.models.values() ?? []),
    ]);
  }

  #serve(service: Service, to: Route, previous: Digest | null): void {
    const before = [service.arms.baseline, service.arms.candidate].map((arm) => arm?.release);
    const previousBefore = service.previous === null ? undefined : service.releases.get(service.previous);
    if (to.baseline !== service.route.baseline) this.#troubles.delete(service.name);
    service.serve(to, previous);
    this.#findModels();
    for (const release of new Set([...before, previousBefore]))
      if (release !== undefined && !service.needs(release.id)) this.#end(service, release);
  }

  /** What is under way with it may end. */
  #end(service: Service, release: LoadedRelease): void {
    service.releases.delete(release.id);
    const closed = release.close(closingGrace);
    this.#closing.add(closed);
    void closed.finally(() => this.#closing.delete(closed));
  }

  /** @param lease seconds; undefined for as long as it is routed */
  #lend(service: Service, lease: number | undefined): void {
    this.#leases.set(service.name, lease, () => {
      const { baseline } = service.route;
      this.deps.log(
        `${service.name}: nobody renewed the lease of the candidate; the baseline has all traffic again`,
      );
      this.#serve(service, { baseline }, service.previous);
    });
  }

  #findModels(): void {
    const models = new Map<string, Service>();
    for (const service of this.#services.values())
      for (const arm of [service.arms.candidate, service.arms.baseline])
        for (const model of arm?.release.models.keys() ?? []) models.set(model, service);
    this.#models = models;
  }

  #service(name: string): Service {
    let service = this.#services.get(name);
    if (service === undefined) this.#services.set(name, (service = new Service(name)));
    return service;
  }

  #requireLoaded(service: Service, releases: readonly (Digest | null)[]): void {
    const missing = releases.find((id) => id !== null && !service.releases.has(id));
    if (missing === undefined || missing === null) return;
    throw new MlError('ERR_ML_GATEWAY_ROUTE', {
      message: `Release ${shortDigest(missing)} of ${service.name} is not loaded`,
      fix: 'Stage it first.',
    });
  }
}

function nothingBefore(service: string): MlError {
  return new MlError('ERR_ML_GATEWAY_ROUTE', {
    message: `There is nothing that ${service} could go back to: no other release was served before`,
    fix: 'Name a release that is staged.',
  });
}

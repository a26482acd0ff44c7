import type { Counts, Observed, Release, Route, RouteResult, Staged } from '@nx-ml/core/deploy';
import type { Digest } from '@nx-ml/core/kernel';

/** A release whose bundles were verified and lie on disk as files. */
export interface UnpackedRelease {
  readonly release: Release;
  /** For each model of the release, by its name: the absolute folder with its files by their paths (`serving.json`, `example.json`, `model/…`). */
  readonly folders: Readonly<Record<string, string>>;
}

/** What is kept of a service over a restart. A candidate is not: it lives by a lease of this process. */
export interface ServiceState {
  readonly service: string;
  readonly revision: string;
  readonly baseline: Digest | null;
  readonly previous: Digest | null;
}

/** What is wrong with a service, for everybody to read. */
export interface Trouble {
  readonly what: string;
  /** Nothing of it is served. */
  readonly isDown: boolean;
}

/** Keeps the state of a service; resolves when it is durable. */
export type KeepState = (state: ServiceState) => Promise<void>;

/**
 * The gateway as those see it who say what it serves: the admin API, the command line. It verifies and unpacks nothing.
 *
 * - All of it is in memory. `KeepState` is waited for before a change of the route takes effect; with `rollback` it comes after: going
 *   back waits for no disk, and a disk that fails then is told by what it throws, with the traffic where it should be.
 * - What is routed stays loaded: baseline, candidate, and the previous release too, so that going back is a change of a field.
 * - Changes of one service happen one after another; requests see one route or the other, never a half.
 * - Services are known by their names as soon as something is staged for them; a model's name belongs to one service.
 */
export interface GatewayControl {
  /** Loads a release and asks its examples. Users notice nothing. One that is loaded already is asked again, and not loaded twice. */
  stage(unpacked: UnpackedRelease, signal?: AbortSignal): Promise<Staged>;
  /** Ends and forgets a staged release that no route needs. @returns false where one does. */
  unstage(service: string, release: Digest): Promise<boolean>;
  /** Releases that are loaded, in the order in which they came. */
  loaded(service: string): readonly Digest[];
  /** Tells what is wrong with a service until something else is routed: the health answer says so. Where it is down, the gateway is not ready. */
  report(service: string, trouble: Trouble): void;
  /** Takes up what was kept before a restart; its baseline was staged. */
  restore(state: ServiceState): void;
  observe(service: string): Observed;
  /**
   * Compares and sets: nothing happens unless `revision` is that of now. A new baseline makes the one before it `previous`; a candidate of
   * the same release as before goes on with its counts, and another begins with none.
   *
   * @param lease seconds that the candidate may live without a renewal; without one it lives until it is routed away
   * @throws MlError ERR_ML_GATEWAY_ROUTE for a release that is not loaded
   */
  route(service: string, revision: string, to: Route, lease?: number): Promise<RouteResult>;
  /** @returns false when the lease is over, or the revision is another. */
  renew(service: string, revision: string, lease: number): boolean;
  counts(service: string): Counts;
  /** @throws MlError ERR_ML_GATEWAY_ROUTE where there is nothing to go back to, or it is not loaded */
  rollback(service: string, to: Digest | undefined, reason: string): Promise<Observed>;
  /** Loads what `rollback` would go back to a second time, from its files, and asks its examples. @returns milliseconds that this took */
  drill(service: string): Promise<{ readonly to: Digest; readonly recovery: number }>;
}

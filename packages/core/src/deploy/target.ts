import type { Digest } from '../kernel/index.js';
import type { Release } from './release.js';

/** `split`: it answers its share of the units. `shadow`: it answers beside the baseline, and nobody sees it. */
export type CandidateMode = 'split' | 'shadow';

export interface Candidate {
  readonly release: Digest;
  /** Of the units, from 0 to 1. */
  readonly share: number;
  readonly mode: CandidateMode;
}

/** What an environment serves. */
export interface Route {
  /** null where nothing was ever deployed. */
  readonly baseline: Digest | null;
  readonly candidate?: Candidate | undefined;
}

export interface Observed {
  /** Changes with every change of the route: what a change is compared with. */
  readonly revision: string;
  readonly route: Route;
  /** What was served before the baseline, if it can be gone back to without anything else. */
  readonly previous: Digest | null;
}

/** What one arm did since the candidate began. Numbers only grow, for as long as the epoch is the same. */
export interface ArmCounts {
  readonly requests: number;
  /** Answers that are failures of the server or the model: 5xx, no answer, an answer against the signature. */
  readonly errors: number;
  /** Answers that came later than the latency budget. */
  readonly slow: number;
  /** Feedback by name: how many came, and how many of them were bad. */
  readonly feedback: Readonly<Record<string, { readonly seen: number; readonly bad: number }>>;
}

export interface Counts {
  readonly baseline: ArmCounts;
  readonly candidate: ArmCounts;
  /**
   * The same, parted by the share that was in force when a request was routed. Labels come late: without this, those of a small
   * share are taken for those of the next one, in which they would speak for the candidate.
   */
  readonly byShare?: readonly ShareCounts[] | undefined;
  /** Another one whenever counting began anew, as after a restart of whoever counts. */
  readonly epoch?: string | undefined;
  /** Of shadowed requests: how many answers were compared, and how many differed. */
  readonly compared?: { readonly pairs: number; readonly different: number } | undefined;
}

export interface ShareCounts {
  readonly share: number;
  readonly baseline: ArmCounts;
  readonly candidate: ArmCounts;
}

/** What loading a release and asking its examples took, or why it may not be served. */
export type Staged =
  | { readonly ready: true; readonly models: readonly StagedModel[] }
  | { readonly ready: false; readonly model?: string | undefined; readonly reason: string };

export interface StagedModel {
  readonly name: string;
  /** Milliseconds. */
  readonly loaded: number;
  /** Milliseconds, the 95th percentile of its example asked again and again. */
  readonly p95: number;
}

export type RouteResult =
  | { readonly done: true; readonly observed: Observed }
  /** Somebody else changed it since. */
  | { readonly done: false; readonly observed: Observed };

/** Where the bytes of a release's bundles lie: the folder of each, by the model's name. Absolute, an OCI layout, read-only. */
export type BundleFolders = Readonly<Record<string, string>>;

/**
 * A place that serves releases of one service.
 *
 * - Each call is idempotent; a call that fails may have had its effect, and observing tells.
 * - `route` compares and sets: of two controllers one wins.
 * - A candidate lives by a lease. When it is not renewed in time, the baseline has all traffic again, whatever became of the controller.
 * - Nothing is served that was not staged, and `previous` stays loadable until a newer one takes its place.
 *
 * @throws MlError ERR_ML_DEPLOY_TARGET where it cannot be reached or answers what it should not
 */
export interface DeployTarget {
  observe(): Promise<Observed>;
  /** Brings a release there, verifies it, loads it and asks its examples. Users notice nothing. */
  stage(release: Release, bundles: BundleFolders, signal?: AbortSignal): Promise<Staged>;
  /**
   * Sets baseline and candidate. `previous` becomes the baseline that was, where that changes. Counts begin anew with another candidate
   * (or another mode), and go on when only its share changes.
   * @param lease seconds that the candidate may live without a renewal
   * @throws MlError ERR_ML_DEPLOY_TARGET for a release that is not staged
   */
  route(revision: string, to: Route, lease?: number): Promise<RouteResult>;
  /** @returns false when the lease is over, or another's. */
  renew(revision: string, lease: number): Promise<boolean>;
  /** Of the candidate that there is, or the last one that there was. */
  counts(): Promise<Counts>;
  /**
   * Goes back at once, and needs nothing but the target itself: to `to`; without it to the baseline where there is a candidate, else
   * to `previous`. The candidate is gone in any case. A release that was left by going back is never `previous`, so that going back
   * once more does not lead to it. Going to where one is already changes nothing.
   */
  rollback(to: Digest | undefined, reason: string): Promise<Observed>;
  /**
   * Rehearses going back to `previous` without doing it. @returns milliseconds from the command to the first right answer.
   * @throws MlError ERR_ML_DEPLOY_TARGET where there is nothing to go back to
   */
  drill(): Promise<{ readonly to: Digest; readonly recovery: number }>;
}

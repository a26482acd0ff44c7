import type { Candidate, Release, Staged } from '../../deploy/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import type { Example } from './example-of.js';
import type { State } from './state.js';

/** Time, and waiting. */
export interface Waiting {
  /** Wall clock, milliseconds: a lease is told to a job in the cluster, which has no other. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

/** What differs between the kinds of objects that serve. */
export interface Workload {
  /** @throws MlError ERR_ML_DEPLOY_REFUSED for a candidate that these objects cannot have */
  check(candidate: Candidate): void;
  /** Loads a release apart from what users reach, and asks its examples. */
  load(release: Release, examples: readonly Example[], signal?: AbortSignal): Promise<Staged>;
  /** Makes a release ready to take traffic, without any. */
  prepare(release: Release): Promise<void>;
  /** Makes the objects serve as the state says. */
  follow(state: State): Promise<void>;
  /** Do they? False where a controller died in between. */
  isFollowing(state: State): Promise<boolean>;
  /** A merge patch of the object that users reach, after which the candidate has no traffic. */
  fallback(state: State): { readonly resource: string; readonly patch: JsonObject };
  /** What answers for each arm, as metrics name it. */
  arms(state: State): Promise<Record<'baseline' | 'candidate', string>>;
  /** Rehearses serving a release. @returns milliseconds */
  rehearse(release: Release, state: State): Promise<number>;
  nameOf(id: Digest): string;
}

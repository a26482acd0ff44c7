import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { releaseId } from '../release.js';
import type { Release } from '../release.js';
import type { BundleFolders, CandidateMode, DeployTarget } from '../target.js';

/** A release that can be staged, and its name. */
export interface StageableRelease {
  readonly id: Digest;
  readonly release: Release;
  readonly bundles: BundleFolders;
}

/** A place that serves, and what a contract needs of it beside its port. */
export interface TargetRig {
  readonly target: DeployTarget;
  /** What a kind of target cannot do, set to false: the specs of it are left out. */
  readonly can: {
    /** A unit that always meets the same arm. */
    readonly split?: false;
    /** A share between nothing and everything. */
    readonly fractions?: false;
    readonly counts?: false;
    readonly shadow?: false;
    readonly lease?: false;
    readonly drill?: false;
  };
  /** Seconds: the shortest lease with which `wait` can be trusted. */
  readonly shortLease: number;
  /** A release that differs by its name. With a fault it cannot be loaded. */
  release(name: string, fault?: 'crashes'): Promise<StageableRelease>;
  /** Sends one request of each of the units 0 to count - 1. @returns who answered each; null for nobody. */
  ask(count: number): Promise<readonly (Digest | null)[]>;
  /** Lets so many seconds pass, or makes the target believe it. */
  wait(seconds: number): Promise<void>;
  /** The same place, as another controller reaches it. */
  again(): Promise<DeployTarget>;
  /** Shadowed requests are answered and compared when it resolves. */
  settled?(): Promise<void>;
  /** Ends what serves without a warning, and starts it on what it left. */
  restart?(): Promise<void>;
  /** Cuts it off, or ends that. */
  reach?(isReachable: boolean): Promise<void>;
  close(): Promise<void> | void;
}

/** Makes a fresh one. */
export type OpenTargetRig = () => Promise<TargetRig>;

export const refused: unknown = expect.objectContaining({ name: 'MlError', code: 'ERR_ML_DEPLOY_TARGET' });

/** The name of a release that nobody has. */
export const digestOfNothing = digestOf('a release that was never staged');

export interface CandidateGiven {
  readonly share: number;
  /** Seconds. */
  readonly lease: number;
  readonly mode?: CandidateMode;
}

/** A rig for each spec, with the moves that specs are made of. */
export class TargetPlace {
  #rig: TargetRig | undefined;

  constructor(private readonly opening: OpenTargetRig) {}

  async open(): Promise<void> {
    this.#rig = await this.opening();
  }

  async close(): Promise<void> {
    await this.#rig?.close();
    this.#rig = undefined;
  }

  get rig(): TargetRig {
    if (this.#rig === undefined) throw new Error('not open');
    return this.#rig;
  }

  get target(): DeployTarget {
    return this.rig.target;
  }

  ask(count: number): Promise<readonly (Digest | null)[]> {
    return this.rig.ask(count);
  }

  async settled(): Promise<void> {
    await this.rig.settled?.();
  }

  async staged(name: string): Promise<Digest> {
    const { id, release, bundles } = await this.rig.release(name);
    expect(id).toBe(releaseId(release));
    const staged = await this.target.stage(release, bundles);
    if (!staged.ready) throw new Error(staged.reason);
    return id;
  }

  async serving(name: string): Promise<Digest> {
    const id = await this.staged(name);
    const { revision } = await this.target.observe();
    expect(await this.target.route(revision, { baseline: id })).toMatchObject({ done: true });
    return id;
  }

  /** Serves `first`, and `second` beside it. */
  async withCandidate(given: CandidateGiven): Promise<{ baseline: Digest; candidate: Digest }> {
    const baseline = await this.serving('first');
    const candidate = await this.staged('second');
    await this.share({ baseline, candidate, ...given });
    return { baseline, candidate };
  }

  /** The share that a spec asks for, or all where there is nothing between. */
  shareOf(share: number): number {
    return this.rig.can.fractions === false ? 1 : share;
  }

  async share(given: CandidateGiven & { baseline: Digest; candidate: Digest }): Promise<void> {
    const { baseline, candidate, share, lease, mode = 'split' } = given;
    const { revision } = await this.target.observe();
    const route = { baseline, candidate: { release: candidate, share: this.shareOf(share), mode } };
    expect(await this.target.route(revision, route, lease)).toMatchObject({ done: true });
  }
}

import { MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { checkRoute } from '../check-route.js';
import { releaseId } from '../release.js';
import type { Release } from '../release.js';
import type {
  BundleFolders,
  Candidate,
  Counts,
  DeployTarget,
  Observed,
  Route,
  RouteResult,
  Staged,
} from '../target.js';
import { MemoryArms } from './memory-arms.js';
import type { Answer } from './memory-arms.js';

/** How a release behaves when it is loaded and asked. */
export interface Behaviour {
  /** Why it cannot be served. */
  readonly broken?: string | undefined;
  /** Milliseconds, of its example. */
  readonly p95?: number | undefined;
  answer?(unit: string): Answer;
}

const fine: Answer = { error: false, slow: false };

/** A DeployTarget in memory: everything that the port promises, and no network in which it could break. */
export class MemoryTarget implements DeployTarget {
  readonly #staged = new Map<Digest, Behaviour>();
  #baseline: Digest | null = null;
  #previous: Digest | null = null;
  #candidate: (Candidate & { readonly until: number }) | undefined;
  #revision = 0;
  #epoch = 0;
  #arms = new MemoryArms('0');
  /** False: every call fails. */
  isReachable = true;

  /**
   * @param monotonic milliseconds
   * @param behaviourOf what a release does, by its id
   */
  constructor(
    private readonly monotonic: () => number,
    private readonly behaviourOf: (release: Release, id: Digest) => Behaviour = () => ({}),
  ) {}

  async observe(): Promise<Observed> {
    await this.#reached();
    return this.#observed();
  }

  async stage(release: Release, bundles: BundleFolders): Promise<Staged> {
    await this.#reached();
    const id = releaseId(release);
    const names = Object.keys(release.models).sort();
    const missing = names.find((name) => bundles[name] === undefined);
    if (missing !== undefined) return { ready: false, model: missing, reason: 'has no bundle' };
    const behaviour = this.behaviourOf(release, id);
    if (behaviour.broken !== undefined) return { ready: false, model: names[0], reason: behaviour.broken };
    this.#staged.set(id, behaviour);
    return {
      ready: true,
      models: names.map((name) => ({ name, loaded: 1, p95: behaviour.p95 ?? 1 })),
    };
  }

  async route(revision: string, to: Route, lease = 0): Promise<RouteResult> {
    await this.#reached();
    this.#checkRoute(to);
    if (revision !== this.#observed().revision) return { done: false, observed: this.#observed() };
    this.#setBaseline(to.baseline);
    this.#setCandidate(to.candidate, lease);
    this.#revision += 1;
    return { done: true, observed: this.#observed() };
  }

  async renew(revision: string, lease: number): Promise<boolean> {
    await this.#reached();
    if (this.#observed().revision !== revision || this.#candidate === undefined) return false;
    this.#candidate = { ...this.#candidate, until: this.monotonic() + lease * 1000 };
    return true;
  }

  async counts(): Promise<Counts> {
    await this.#reached();
    return this.#arms.counts();
  }

  async rollback(to: Digest | undefined): Promise<Observed> {
    await this.#reached();
    const { route, previous } = this.#observed();
    const goal = to ?? (route.candidate === undefined ? previous : route.baseline);
    if (goal === null) throw refusal('There is nothing to go back to');
    this.#require(goal);
    if (goal === route.baseline && route.candidate === undefined) return this.#observed();
    if (goal !== route.baseline) this.#previous = null;
    this.#baseline = goal;
    this.#candidate = undefined;
    this.#revision += 1;
    return this.#observed();
  }

  async drill(): Promise<{ to: Digest; recovery: number }> {
    await this.#reached();
    if (this.#previous === null) throw refusal('There is nothing to go back to');
    return { to: this.#previous, recovery: 1 };
  }

  /** One request of a unit. @returns who answered */
  ask(unit: string): Digest | null {
    const { route } = this.#observed();
    const { baseline, candidate } = route;
    if (baseline === null) return null;
    const isInShare = candidate !== undefined && placeOf(candidate.release, unit) < candidate.share;
    if (candidate?.mode === 'shadow' && isInShare) this.#shadow(baseline, candidate.release, unit);
    const arm = candidate?.mode === 'split' && isInShare ? 'candidate' : 'baseline';
    const release = arm === 'candidate' && candidate !== undefined ? candidate.release : baseline;
    if (candidate !== undefined) this.#arms.count(arm, this.#answer(release, unit));
    return release;
  }

  /** Ends without a warning, and starts on what lies on disk. */
  restart(): void {
    this.#candidate = undefined;
    this.#revision += 1;
    this.#countAnew(0);
  }

  #shadow(baseline: Digest, candidate: Digest, unit: string): void {
    const [one, other] = [this.#answer(baseline, unit), this.#answer(candidate, unit)];
    this.#arms.count('candidate', other);
    this.#arms.compare(one.error !== other.error || one.bad !== other.bad);
  }

  #answer(release: Digest, unit: string): Answer {
    return this.#staged.get(release)?.answer?.(unit) ?? fine;
  }

  /** What is, after leases that ran out meanwhile. */
  #observed(): Observed {
    if (this.#candidate !== undefined && this.#candidate.until <= this.monotonic()) {
      this.#candidate = undefined;
      this.#revision += 1;
    }
    const { release, share, mode } = this.#candidate ?? { share: 0, mode: 'split' };
    const candidate = release === undefined ? {} : { candidate: { release, share, mode } };
    return {
      revision: String(this.#revision),
      route: { baseline: this.#baseline, ...candidate },
      previous: this.#previous,
    };
  }

  #setBaseline(to: Digest | null): void {
    if (to === this.#baseline) return;
    this.#previous = this.#baseline;
    this.#baseline = to;
  }

  #setCandidate(to: Candidate | undefined, lease: number): void {
    const was = this.#candidate;
    this.#candidate = to && { ...to, until: this.monotonic() + lease * 1000 };
    if (to === undefined) return;
    if (was?.release !== to.release || was.mode !== to.mode) this.#countAnew(to.share);
    else this.#arms.begin(to.share);
  }

  #countAnew(share: number): void {
    this.#epoch += 1;
    this.#arms = new MemoryArms(String(this.#epoch));
    this.#arms.begin(share);
  }

  #checkRoute(to: Route): void {
    checkRoute(to);
    for (const release of [to.baseline, to.candidate?.release]) if (release) this.#require(release);
  }

  #require(release: Digest): void {
    if (!this.#staged.has(release)) throw refusal(`${release} is not staged`);
  }

  /** A call takes a turn of the event loop, as any call of a network does. */
  async #reached(): Promise<void> {
    await Promise.resolve();
    if (!this.isReachable) throw refusal('The target cannot be reached');
  }
}

function refusal(message: string): MlError {
  return new MlError('ERR_ML_DEPLOY_TARGET', { message, fix: 'Look at the target.' });
}

/**
 * Where a unit lies in [0, 1) for a candidate: the same whenever it asks. FNV-1a with the finish of MurmurHash3: quick, and even enough
 * for specs that send many requests.
 */
function placeOf(candidate: Digest, unit: string): number {
  let hash = 0x811c9dc5;
  for (const text of [candidate, unit])
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

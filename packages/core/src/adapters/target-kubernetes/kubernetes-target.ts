import { randomUUID } from 'node:crypto';

import { checkRoute, releaseId } from '../../deploy/index.js';
import type {
  ArmCounts,
  BundleFolders,
  Counts,
  DeployTarget,
  Observed,
  Release,
  Route,
  RouteResult,
  Staged,
} from '../../deploy/index.js';
import type { Digest } from '../../kernel/index.js';
import type { ClusterAddress } from './cluster-address.js';
import { DeploymentWorkload } from './deployment-workload.js';
import { exampleOf } from './example-of.js';
import { impossible, unreachable } from './failure.js';
import { KserveWorkload } from './kserve-workload.js';
import { KubeClient } from './kube-client.js';
import { readingsOf } from './prometheus.js';
import type { KubernetesSettings } from './settings.js';
import { releaseIn, withoutCandidate } from './state.js';
import type { Readings, State } from './state.js';
import { StateMap } from './state-map.js';
import type { Held } from './state-map.js';
import type { Waiting, Workload } from './workload.js';

/** Releases of which it is known that they answered; older ones are loaded again. */
const KEPT = 10;
/** Attempts to write against others who write at the same time. */
const ATTEMPTS = 20;

/**
 * A place in a cluster. What is to be served is decided by comparing and setting one ConfigMap; the objects that serve then follow it, and
 * whoever comes next makes them follow where somebody died in between.
 */
export class KubernetesTarget implements DeployTarget {
  readonly #work: Workload;
  readonly #map: StateMap;

  constructor(
    address: ClusterAddress,
    private readonly settings: KubernetesSettings,
    private readonly waiting: Waiting,
  ) {
    const kube = new KubeClient(address);
    const Kind = settings.kind === 'kserve' ? KserveWorkload : DeploymentWorkload;
    this.#work = new Kind(kube, settings, waiting);
    this.#map = new StateMap(kube, settings, (state) => this.#work.fallback(state));
  }

  async observe(): Promise<Observed> {
    return observedIn((await this.#held()).state);
  }

  async stage(release: Release, bundles: BundleFolders, signal?: AbortSignal): Promise<Staged> {
    const models = Object.entries(bundles).sort(([a], [b]) => (a < b ? -1 : 1));
    const examples = await Promise.all(models.map(([model, folder]) => exampleOf(model, folder)));
    const staged = await this.#work.load(release, examples, signal);
    if (staged.ready) await this.#change((state) => withStaged(state, release));
    return staged;
  }

  async route(revision: string, to: Route, lease = 0): Promise<RouteResult> {
    checkRoute(to);
    const held = await this.#held();
    const { candidate, baseline } = to;
    for (const id of [baseline, candidate?.release]) if (id) this.#require(held.state, id);
    if (held.state.revision !== revision) return { done: false, observed: observedIn(held.state) };
    if (candidate !== undefined) this.#check(candidate);
    const shown = candidate?.release ?? baseline;
    if (shown !== null) await this.#work.prepare(this.#require(held.state, shown));
    const next = await this.#routed(held.state, to);
    const isOurs = await this.#map.write(held, next, this.waiting.now() + lease * 1000);
    const now = isOurs ? await this.#followed({ ...held, state: next }) : await this.#held();
    return { done: isOurs, observed: observedIn(isOurs ? next : now.state) };
  }

  async renew(revision: string, lease: number): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const held = await this.#held();
      const { state } = held;
      if (state.candidate === null || state.revision !== revision) return false;
      if (await this.#map.write(held, state, this.waiting.now() + lease * 1000)) return true;
    }
    throw busy();
  }

  async counts(): Promise<Counts> {
    const { state } = await this.#held();
    const before = state.candidate?.before;
    if (!before) return { baseline: noCounts, candidate: noCounts };
    const now = await this.#readings(state);
    return {
      baseline: since(now.baseline, before.baseline),
      candidate: since(now.candidate, before.candidate),
      epoch: before.epoch,
    };
  }

  async rollback(to: Digest | undefined): Promise<Observed> {
    const { state } = await this.#held();
    const goal = to ?? (state.candidate === null ? state.previous : state.baseline);
    if (goal === null) throw nothingToGoBackTo();
    const release = this.#require(state, goal);
    if (goal !== state.baseline) await this.#work.prepare(release);
    const next = await this.#change((now) => goneBack(now, goal));
    return observedIn(next);
  }

  async drill(): Promise<{ readonly to: Digest; readonly recovery: number }> {
    const { state } = await this.#held();
    if (state.previous === null) throw nothingToGoBackTo();
    const recovery = await this.#work.rehearse(this.#require(state, state.previous), state);
    return { to: state.previous, recovery };
  }

  /** What is, after leases that ran out meanwhile. */
  async #held(): Promise<Held> {
    const held = await this.#map.read();
    const isOver = held.state.candidate !== null && held.until <= this.waiting.now();
    if (isOver) {
      const state = await this.#change((now) =>
        sameCandidate(now, held.state) ? withoutCandidate(now) : now,
      );
      return { ...(await this.#map.read()), state };
    }
    if (!(await this.#work.isFollowing(held.state))) await this.#work.follow(held.state);
    return held;
  }

  /** Goes on until it is written, whoever else writes. */
  async #change(by: (state: State) => State): Promise<State> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const held = await this.#map.read();
      const next = by(held.state);
      if (next === held.state) return next;
      if (await this.#map.write(held, next, held.until)) {
        await this.#followed({ ...held, state: next });
        return next;
      }
    }
    throw busy();
  }

  /** One that was overtaken while it made the objects follow makes them follow the other. */
  async #followed(held: Held): Promise<Held> {
    let { state } = held;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.#work.follow(state);
      const now = await this.#map.read();
      if (now.state.revision === state.revision) return now;
      state = now.state;
    }
    throw busy();
  }

  #check(candidate: NonNullable<Route['candidate']>): void {
    this.#work.check(candidate);
    if (this.settings.prometheus !== undefined) return;
    throw impossible(
      'Nobody counts what a candidate does: there is no `prometheus` in ml.yaml, so no evidence for it or against it',
      'Say under `target: kubernetes: prometheus` how it is counted, or take `strategy: recreate`.',
    );
  }

  #require(state: State, id: Digest): Release {
    const release = releaseIn(state, id);
    if (release !== undefined) return release;
    throw unreachable(`${id} is not staged in the cluster`, undefined, 'Deploy it again.');
  }

  async #routed(state: State, { baseline, candidate }: Route): Promise<State> {
    const isNew = candidate !== undefined && candidate.release !== state.candidate?.release;
    const next: State = {
      ...state,
      revision: randomUUID(),
      baseline,
      previous: baseline === state.baseline ? state.previous : state.baseline,
      parked: null,
      candidate: candidate
        ? { release: candidate.release, share: candidate.share, before: state.candidate?.before ?? null }
        : null,
    };
    if (next.candidate === null || !isNew) return next;
    const before = { ...(await this.#readings(next)), epoch: randomUUID() };
    return { ...next, candidate: { ...next.candidate, before } };
  }

  async #readings(state: State): Promise<Record<'baseline' | 'candidate', Readings>> {
    const { prometheus } = this.settings;
    if (prometheus === undefined) throw unreachable('There is no `prometheus` in ml.yaml');
    const arms = await this.#work.arms(state);
    const [baseline, candidate] = await Promise.all([
      readingsOf(prometheus, arms.baseline),
      readingsOf(prometheus, arms.candidate),
    ]);
    return { baseline, candidate };
  }
}

function observedIn({ revision, baseline, previous, candidate }: State): Observed {
  const shown = candidate && { release: candidate.release, share: candidate.share, mode: 'split' as const };
  return { revision, route: { baseline, ...(shown && { candidate: shown }) }, previous };
}

function withStaged(state: State, release: Release): State {
  const id = releaseId(release);
  if (releaseIn(state, id) !== undefined) return state;
  const inUse = [state.baseline, state.previous, state.candidate?.release, state.parked];
  const old = state.staged.filter((each) => !inUse.includes(each.id)).slice(-KEPT);
  const used = state.staged.filter((each) => inUse.includes(each.id));
  return { ...state, staged: [...used, ...old, { id, release }] };
}

function goneBack(state: State, goal: Digest): State {
  if (goal === state.baseline) return withoutCandidate(state);
  return { ...state, revision: randomUUID(), baseline: goal, previous: null, candidate: null, parked: null };
}

function sameCandidate(a: State, b: State): boolean {
  return a.revision === b.revision;
}

const noCounts: ArmCounts = { requests: 0, errors: 0, slow: 0, feedback: {} };

/** A counter that went back began anew with its pod, and nobody knows what it had counted: no evidence is better than wrong one. */
function since(now: Readings, before: Readings): ArmCounts {
  const [requests, errors, slow] = (['requests', 'errors', 'slow'] as const).map((key) => {
    if (now[key] >= before[key]) return now[key] - before[key];
    throw unreachable(
      `The counter of ${key} went back from ${String(before[key])} to ${String(now[key])}`,
      undefined,
      'Deploy again: pods were restarted while the candidate was watched.',
    );
  });
  return { requests: requests ?? 0, errors: errors ?? 0, slow: slow ?? 0, feedback: {} };
}

function nothingToGoBackTo() {
  return unreachable('There is nothing to go back to', undefined, 'Name a release with --to, or deploy.');
}

function busy() {
  return unreachable('Others change the state of this service all the time', undefined, 'Try again.');
}

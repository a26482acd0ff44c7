import { MemoryJournal } from '../../../adapters/store-memory/index.js';
import type {
  DeployEvent,
  DeployPolicy,
  DeployResult,
  DeployTarget,
  Release,
} from '../../../deploy/index.js';
import { releaseId } from '../../../deploy/index.js';
import { MemoryTarget } from '../../../deploy/testing/memory-target.js';
import type { Behaviour } from '../../../deploy/testing/memory-target.js';
import { digestOf, MlError, seededRng } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import type { Journal } from '../../../store/index.js';
import { applyDeploy } from '../apply-deploy.js';
import type { DeployRequest } from '../apply-deploy.js';
import type { DeployDeps, OwedEntry } from '../ports.js';
import type { ResolvedRelease } from '../resolve-release.js';
import { rollback } from '../rollback.js';
import type { RollbackRequest, RollbackResult } from '../rollback.js';

/** What ends a controller at once: no `catch` of ours knows it. */
export class Killed extends Error {}

export type Rates = Partial<Record<'errors' | 'slow' | 'bad', number>> & Pick<Behaviour, 'broken' | 'p95'>;

export const place = { service: 's', environment: 'production' } as const;

const guardrail = { worse: 1, clear: 2, tolerated: 0.01 } as const;

export const policy: DeployPolicy = {
  strategy: 'canary',
  canary: {
    steps: [0.2, 0.5],
    guardrails: [
      { name: 'errors', ...guardrail },
      { name: 'slow', ...guardrail },
    ],
    alpha: 0.05,
    least: 20,
    most: 20_000,
  },
  shadow: { share: 1, differences: 0.1, alpha: 0.05, most: 2000 },
  patience: 600_000,
  lease: 5,
};

/** A target under load, a journal, a clock that stands still but for pauses, and controllers that can be killed. */
export class DeployRig {
  readonly journals = new MemoryJournal();
  readonly events: DeployEvent[] = [];
  readonly target: MemoryTarget;
  /** Releases that answered a request, and were wrong. */
  readonly wrongAnswers = new Map<Digest, number>();
  readonly answered = new Map<Digest | null, number>();
  readonly dead = new Set<string>();
  owed: OwedEntry[] = [];
  isJournalReachable = true;
  /** Milliseconds. The wall clock may jump. */
  time = 1_000_000;
  wall = Date.parse('2026-01-01T00:00:00.000Z');
  /** Requests of each pause. */
  load = 100;
  /** Called with each call of a port, before and after it has its effect. */
  onCall: (call: string) => void = () => undefined;
  onPause: () => void = () => undefined;
  #unit = 0;
  readonly #rates = new Map<Digest, Rates>();
  readonly #rng = seededRng(11);

  constructor() {
    this.target = new MemoryTarget(
      () => this.time,
      (_, id) => this.#behaviour(id),
    );
  }

  release(name: string, rates: Rates = {}): ResolvedRelease {
    const bundle = digestOf(`bundle ${name}`);
    const release: Release = { formatVersion: 1, service: 's', models: { m: digestOf(name) }, config: {} };
    this.#rates.set(releaseId(release), rates);
    const ref = { kind: 'tree', digest: bundle, size: 1, files: 1 } as const;
    return { release, bundles: { m: ref }, versions: { m: 1 } };
  }

  deploy(
    resolved: ResolvedRelease,
    change: Partial<DeployRequest> & { readonly deps?: Partial<DeployDeps> } = {},
  ): Promise<DeployResult> {
    const { deps = {}, ...request } = change;
    return applyDeploy({ place, policy, by: 'spec', resolved, ...request }, { ...this.deps(), ...deps });
  }

  /** Makes it the first release that is served. @returns its id */
  async serve(name: string, rates: Rates): Promise<Digest> {
    const first = this.release(name, rates);
    expect(await this.deploy(first)).toMatchObject({ outcome: 'promoted', from: null, entry: 1 });
    return releaseId(first.release);
  }

  rollback(change: Partial<RollbackRequest> = {}, deps: Partial<DeployDeps> = {}): Promise<RollbackResult> {
    const request = { place, reason: 'it smells', by: 'spec', ...change };
    return rollback(request, { ...this.deps(), ...deps });
  }

  async entries(): Promise<readonly Record<string, unknown>[]> {
    const [name = ''] = this.journals.files.keys();
    if (name === '') return [];
    return (await this.journals.read(name)).map(({ payload }) => payload);
  }

  /** Types of entries, and how they ended. */
  async history(): Promise<readonly string[]> {
    return (await this.entries()).map((entry) => String(entry['outcome'] ?? entry['type']));
  }

  /** Sends so many requests. */
  traffic(count: number): void {
    for (let request = 0; request < count; request++) {
      const who = this.target.ask(`u${String(this.#unit++)}`);
      this.answered.set(who, (this.answered.get(who) ?? 0) + 1);
    }
  }

  pass(milliseconds: number): void {
    this.time += milliseconds;
    this.wall += milliseconds;
  }

  deps(mark = 'process 1'): DeployDeps {
    return {
      journals: this.#journals(),
      workspaceId: 'spec',
      target: this.#watched(this.target),
      bundles: {
        open: () => Promise.resolve({ folders: { m: '/bundles/m' }, close: () => Promise.resolve() }),
      },
      clock: { now: () => this.wall, monotonic: () => this.time },
      pause: (milliseconds) => {
        this.pass(milliseconds);
        this.traffic(this.load);
        this.onPause();
        return Promise.resolve();
      },
      holder: { mark, hasEnded: (other) => this.dead.has(other) },
      owed: {
        read: () => Promise.resolve(this.owed),
        write: (entries) => {
          this.owed = [...entries];
          return Promise.resolve();
        },
      },
      revision: () => Promise.resolve(undefined),
      emit: (event) => this.events.push(event),
    };
  }

  #journals(): Journal {
    const call = <T>(name: string, make: () => Promise<T>): Promise<T> =>
      this.#called(`journal ${name}`, () => {
        if (this.isJournalReachable) return make();
        throw unreachableJournal();
      });
    return {
      read: (name) => call('read', () => this.journals.read(name)),
      last: (name) => call('last', () => this.journals.last(name)),
      append: (name, length, payload) => call('append', () => this.journals.append(name, length, payload)),
    };
  }

  #watched(target: DeployTarget): DeployTarget {
    return {
      observe: () => this.#called('observe', () => target.observe()),
      stage: (release, bundles) => this.#called('stage', () => target.stage(release, bundles)),
      route: (revision, to, lease) => this.#called('route', () => target.route(revision, to, lease)),
      renew: (revision, lease) => this.#called('renew', () => target.renew(revision, lease)),
      counts: () => this.#called('counts', () => target.counts()),
      rollback: (to, reason) => this.#called('rollback', () => target.rollback(to, reason)),
      drill: () => this.#called('drill', () => target.drill()),
    };
  }

  async #called<T>(name: string, make: () => Promise<T>): Promise<T> {
    this.onCall(`before ${name}`);
    const result = await make();
    this.onCall(`after ${name}`);
    return result;
  }

  #behaviour(id: Digest): Behaviour {
    const { errors = 0, slow = 0, bad, ...rest } = this.#rates.get(id) ?? {};
    const happens = (rate: number): boolean => this.#rng.uniform() < rate;
    return {
      ...rest,
      answer: () => {
        const error = happens(errors);
        if (error) this.wrongAnswers.set(id, (this.wrongAnswers.get(id) ?? 0) + 1);
        return { error, slow: happens(slow), ...(bad === undefined ? {} : { bad: happens(bad) }) };
      },
    };
  }
}

function unreachableJournal(): MlError {
  const message = 'The remote cannot be reached';
  return new MlError('ERR_ML_REMOTE_UNAVAILABLE', { message, fix: 'Try again.' });
}

import { newTrial } from '../../deploy/index.js';
import type { DeployPlan, DeployPolicy, Observed, Trial, TrialLook } from '../../deploy/index.js';
import { changeRoute, isUnreachable } from './change-route.js';
import type { DeployDeps } from './ports.js';

/** Milliseconds between two looks. */
const LOOK = 250;

export type TryDeps = Pick<DeployDeps, 'target' | 'clock' | 'pause' | 'emit' | 'signal'>;

/** How a trial ended. The candidate may still be routed: its lease ends it, whatever comes next. */
export interface TrialEnd {
  readonly state: 'promote' | 'roll-back' | 'inconclusive' | 'overtaken' | 'unreachable' | 'cancelled';
  readonly reason: string;
  readonly observed: Observed;
  /** The last that was seen. */
  readonly look: TrialLook | undefined;
}

/**
 * Gives the candidate its shares, looks at what it does, and renews its lease. Durations are told by the monotonic clock: a wall clock
 * that jumps neither ends nor prolongs anything.
 */
export async function tryCandidate(
  plan: DeployPlan,
  policy: DeployPolicy,
  observed: Observed,
  deps: TryDeps,
): Promise<TrialEnd> {
  const trial = newTrial({ ...policy, strategy: plan.strategy });
  const end = { observed, look: undefined };
  if (trial === undefined)
    return { state: 'promote', reason: 'it answers its examples, and nothing else was asked for', ...end };
  return new CandidateWatch(plan, policy, deps).run(trial, observed);
}

class CandidateWatch {
  #observed: Observed | undefined;
  #look: TrialLook | undefined;
  /** Monotonic milliseconds: when it was last known that the lease runs. */
  #renewed = 0;

  constructor(
    private readonly plan: DeployPlan,
    private readonly policy: DeployPolicy,
    private readonly deps: TryDeps,
  ) {}

  async run(first: Trial, observed: Observed): Promise<TrialEnd> {
    const over = this.deps.clock.monotonic() + this.policy.patience;
    this.#observed = observed;
    let trial = first;
    let ended = await this.#route(trial);
    while (ended === undefined) {
      await this.deps.pause(LOOK, this.deps.signal);
      const look = await this.#lookAt(trial);
      ended = await this.#turn(look);
      trial = look?.trial ?? trial;
      if (ended === undefined && this.deps.clock.monotonic() >= over) ended = this.#timeOver(trial);
    }
    return ended;
  }

  /** One look, and what follows from it. Who cannot see does not keep the candidate alive: no lease is renewed without a look. */
  async #turn(look: TrialLook | undefined): Promise<TrialEnd | undefined> {
    if (this.deps.signal?.aborted === true) return this.#end('cancelled', 'it was cancelled');
    if (look === undefined) return this.#lost();
    const ended = this.#judge(look) ?? (await this.#renew());
    return ended ?? (look.verdict === 'advance' ? this.#route(look.trial) : undefined);
  }

  /** @returns how it ended, where it did */
  async #route(trial: Trial): Promise<TrialEnd | undefined> {
    const { clock, emit } = this.deps;
    const { share, mode } = trial;
    const before = clock.monotonic();
    const change = await changeRoute(
      {
        revision: this.#now().revision,
        to: { baseline: this.plan.from, candidate: { release: this.plan.to, share, mode } },
        lease: this.policy.lease,
        within: this.#leaseMs(),
      },
      this.deps,
    );
    if (change.state === 'unreachable') return this.#end('unreachable', change.error.message);
    this.#observed = change.observed;
    if (change.state === 'overtaken') return this.#overtaken();
    this.#renewed = before;
    emit({ type: 'routed', share, mode });
    return undefined;
  }

  /** @returns undefined where the target cannot be reached now */
  async #lookAt(trial: Trial): Promise<TrialLook | undefined> {
    try {
      const look = trial.look(await this.deps.target.counts());
      this.#look = look;
      if (look.evidence !== undefined)
        this.deps.emit({ type: 'look', share: trial.share, evidence: look.evidence });
      if (look.compared !== undefined) this.deps.emit({ type: 'compared', compared: look.compared });
      return look;
    } catch (error) {
      this.#excuse(error);
      return undefined;
    }
  }

  #judge({ verdict, reason }: TrialLook): TrialEnd | undefined {
    return verdict === 'hold' || verdict === 'advance' ? undefined : this.#end(verdict, reason);
  }

  /** Three times in the life of a lease. */
  async #renew(): Promise<TrialEnd | undefined> {
    const { clock, target } = this.deps;
    const before = clock.monotonic();
    if (before - this.#renewed < this.#leaseMs() / 3) return undefined;
    try {
      if (!(await target.renew(this.#now().revision, this.policy.lease))) return this.#overtaken();
      this.#renewed = before;
      return undefined;
    } catch (error) {
      this.#excuse(error);
      return this.#lost();
    }
  }

  /** What cannot be reached is asked again for as long as the candidate may live. */
  #lost(): TrialEnd | undefined {
    if (this.deps.clock.monotonic() - this.#renewed < this.#leaseMs()) return undefined;
    return this.#end('unreachable', 'the target could not be reached for as long as its lease runs');
  }

  #excuse(error: unknown): void {
    if (!isUnreachable(error)) throw error;
    this.deps.emit({ type: 'unreachable', message: error.message });
  }

  #timeOver({ whenOver }: Trial): TrialEnd {
    if (whenOver === 'promote') return this.#end('promote', 'no guardrail was missed in the time for it');
    return this.#end('inconclusive', `the time for it is over; ${this.#look?.reason ?? 'nothing was seen'}`);
  }

  #overtaken(): TrialEnd {
    return this.#end('overtaken', 'its lease ended, or somebody else changed the route');
  }

  #end(state: TrialEnd['state'], reason: string): TrialEnd {
    return { state, reason, observed: this.#now(), look: this.#look };
  }

  #now(): Observed {
    if (this.#observed === undefined) throw new Error('not begun');
    return this.#observed;
  }

  #leaseMs(): number {
    return this.policy.lease * 1000;
  }
}

import type { CanaryEvidence } from '../../canary/index.js';
import type { DeployPlan, DeployPolicy, DeployResult, Outcome } from '../../deploy/index.js';
import type { Digest } from '../../kernel/index.js';
import { changeRoute, isUnreachable } from './change-route.js';
import type { TrialEnd, TryDeps } from './try-candidate.js';

export interface Finished {
  readonly outcome: Outcome;
  readonly reason: string;
  /** By all that is known. */
  readonly serving: Digest | null;
  /** Nobody can tell whether the last change took place: the journal waits for whoever can look. */
  readonly isUnsure?: true;
  readonly evidence?: CanaryEvidence | undefined;
  readonly needed?: DeployResult['needed'];
}

/** Acts on how a trial ended: the candidate becomes the baseline, or is taken away. */
export async function finishTrial(
  end: TrialEnd,
  plan: DeployPlan,
  policy: DeployPolicy,
  deps: TryDeps,
): Promise<Finished> {
  const told = { evidence: end.look?.evidence, reason: end.reason };
  if (end.state === 'overtaken')
    return { ...told, outcome: 'abandoned', serving: await servedNow(plan, deps) };
  if (end.state === 'unreachable') return { ...told, outcome: 'failed', serving: plan.from };
  if (end.state === 'promote') return { ...told, ...(await promote(end, plan, policy, deps)) };
  const serving = await takeAway(end, plan, policy, deps);
  if (end.state === 'roll-back') return { ...told, outcome: 'rolled-back', serving };
  const needed = end.state === 'inconclusive' ? end.look?.needed() : undefined;
  return { ...told, outcome: end.state === 'cancelled' ? 'abandoned' : 'inconclusive', serving, needed };
}

async function promote(
  { observed, reason }: TrialEnd,
  { to, from }: DeployPlan,
  { lease }: DeployPolicy,
  deps: TryDeps,
): Promise<Finished> {
  const wish = { revision: observed.revision, to: { baseline: to }, within: lease * 1000 };
  const change = await changeRoute(wish, deps);
  if (change.state === 'done') return { outcome: 'promoted', reason, serving: to };
  if (change.state === 'overtaken') {
    const { since, observed: now } = change;
    return {
      outcome: since === undefined ? 'abandoned' : 'failed',
      reason: `${reason}; but ${since === undefined ? 'somebody else changed the route' : `its lease ended first: ${since.message}`}`,
      serving: now.route.baseline,
    };
  }
  return {
    outcome: 'failed',
    reason: `${reason}; but ${change.error.message}`,
    serving: from,
    isUnsure: true,
  };
}

/**
 * Back to the baseline: by comparing, so that nothing is taken back that somebody else decided meanwhile; where that does not work, by the
 * way that needs nothing else; and where the target cannot be reached, by the end of the lease.
 */
async function takeAway(
  { observed, reason }: TrialEnd,
  { from }: DeployPlan,
  { lease }: DeployPolicy,
  deps: TryDeps,
): Promise<Digest | null> {
  const to = { baseline: from };
  const quick = await changeRoute({ revision: observed.revision, to, within: 0 }, deps);
  if (quick.state !== 'unreachable') return quick.observed.route.baseline;
  try {
    if (from !== null) return (await deps.target.rollback(from, reason)).route.baseline;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
  }
  const slow = await changeRoute({ revision: observed.revision, to, within: lease * 1000 }, deps);
  return slow.state === 'unreachable' ? from : slow.observed.route.baseline;
}

async function servedNow({ from }: DeployPlan, { target }: TryDeps): Promise<Digest | null> {
  try {
    return (await target.observe()).route.baseline;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return from;
  }
}

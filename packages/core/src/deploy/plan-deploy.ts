import type { Digest } from '../kernel/index.js';
import type { Strategy } from './strategy.js';
import type { DeployState } from './deploy-state.js';
import type { DeployPolicy } from './policy.js';
import { releaseId } from './release.js';
import type { Release } from './release.js';
import type { CandidateMode, Observed } from './target.js';

/** What a deployment would do. */
export interface DeployPlan {
  readonly from: Digest | null;
  readonly to: Digest;
  readonly release: Release;
  /** `recreate` where nothing is served that it could be compared with. */
  readonly strategy: Strategy;
  readonly steps: readonly DeployStep[];
  /** It is served already. */
  readonly noop: boolean;
  /** Why it was rolled back here; deployed again it is with a reason only. */
  readonly returned?: string | undefined;
}

export type DeployStep =
  /** Bundles verified, loaded, examples asked, latency budget. */
  | { readonly kind: 'stage'; readonly latencyBudget?: number | undefined }
  | { readonly kind: 'share'; readonly share: number; readonly mode: CandidateMode }
  | { readonly kind: 'serve' };

export interface PlanDeployInput {
  readonly release: Release;
  readonly policy: DeployPolicy;
  readonly observed: Observed;
  readonly state: DeployState;
}

/** What would be done so that a release is served. Looks at nothing but what it is given. */
export function planDeploy({ release, policy, observed, state }: PlanDeployInput): DeployPlan {
  const to = releaseId(release);
  const { baseline: from } = observed.route;
  const noop = from === to;
  const strategy = from === null ? 'recreate' : policy.strategy;
  const returned = noop ? undefined : state.returned.get(to);
  return {
    from,
    to,
    release,
    strategy,
    steps: noop ? [] : stepsOf(strategy, policy),
    noop,
    ...(returned === undefined ? {} : { returned }),
  };
}

function stepsOf(strategy: Strategy, policy: DeployPolicy): readonly DeployStep[] {
  return [
    { kind: 'stage', latencyBudget: policy.latencyBudget },
    ...sharesOf(strategy, policy),
    { kind: 'serve' },
  ];
}

function sharesOf(strategy: Strategy, { canary, shadow }: DeployPolicy): readonly DeployStep[] {
  if (strategy === 'recreate') return [];
  if (strategy === 'shadow') return [{ kind: 'share', share: shadow.share, mode: 'shadow' }];
  const shares = strategy === 'canary' ? canary.steps : [1];
  return shares.map((share) => ({ kind: 'share', share, mode: 'split' }));
}

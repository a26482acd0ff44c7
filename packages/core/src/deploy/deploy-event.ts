import type { CanaryEvidence } from '../canary/decide.js';
import type { Digest } from '../kernel/index.js';
import type { Outcome } from './deploy-entry.js';
import type { DeployPlan } from './plan-deploy.js';
import type { CandidateMode, Counts, StagedModel } from './target.js';

/** What happens while a release is rolled out, as it happens. */
export type DeployEvent =
  | { readonly type: 'planned'; readonly plan: DeployPlan }
  /** What an earlier deployment left behind was brought to an end. */
  | { readonly type: 'settled'; readonly outcome: Outcome | 'found'; readonly reason: string }
  | { readonly type: 'staged'; readonly models: readonly StagedModel[] }
  | { readonly type: 'routed'; readonly share: number; readonly mode: CandidateMode }
  | { readonly type: 'look'; readonly share: number; readonly evidence: CanaryEvidence }
  | { readonly type: 'compared'; readonly compared: NonNullable<Counts['compared']> }
  /** It is asked again until its lease is over. */
  | { readonly type: 'unreachable'; readonly message: string }
  | { readonly type: 'ended'; readonly result: DeployResult };

export interface DeployResult {
  readonly outcome: Outcome;
  readonly from: Digest | null;
  readonly to: Digest;
  readonly serving: Digest | null;
  readonly reason: string;
  readonly evidence?: CanaryEvidence | undefined;
  /** More requests that would decide, as a forecast; where it is inconclusive. */
  readonly needed?: number | undefined;
  /** The journal's entry that says so; undefined where it could not be written yet. */
  readonly entry: number | undefined;
}

import type { CanaryRules } from '../canary/decide.js';
import type { Strategy } from './strategy.js';

/** How a candidate is tried. */
export interface DeployStrategyRules {
  readonly strategy: Strategy;
  /** For `canary`, and for `blue-green` with the one step 1. */
  readonly canary: CanaryRules;
  readonly shadow: ShadowRules;
}

/** How a release is rolled out to an environment. */
export interface DeployPolicy extends DeployStrategyRules {
  /** Milliseconds that it may take, at most. */
  readonly patience: number;
  /** Seconds that a candidate lives without a controller. */
  readonly lease: number;
  /** Milliseconds: the 95th percentile of each example must be within it. */
  readonly latencyBudget?: number | undefined;
}

export interface ShadowRules {
  /** Of the requests, above 0 and at most 1. */
  readonly share: number;
  /** Of the compared answers, between 0 and 1, may be different. */
  readonly differences: number;
  readonly alpha: number;
  /** Compared answers, after which no more is waited. */
  readonly most: number;
}

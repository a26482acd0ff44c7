import { evidenceOf, logMean } from './evidence.js';
import type { GuardrailEvidence } from './evidence.js';
import type { Guardrail } from './guardrail.js';
import { partsOf, requestsOf } from './tally.js';
import type { Tally } from './tally.js';

/** How a candidate is tried. */
export interface CanaryRules {
  /** Shares of the units, rising, each above 0 and at most 1. */
  readonly steps: readonly number[];
  readonly guardrails: readonly Guardrail[];
  /** The chance of rolling a good candidate back, and of promoting one that a guardrail is against, each over all looks. */
  readonly alpha: number;
  /** Answers of the candidate at each share, at least: some faults come with load. */
  readonly least: number;
  /** Requests of both arms, after which no more is waited. */
  readonly most: number;
}

export type CanaryDecision =
  | { readonly state: 'hold' | 'advance' | 'promote'; readonly evidence: CanaryEvidence }
  /** `because`: the guardrail that speaks most against it. */
  | { readonly state: 'roll-back'; readonly because: Guardrail['name']; readonly evidence: CanaryEvidence }
  | { readonly state: 'inconclusive'; readonly evidence: CanaryEvidence };

export interface CanaryEvidence {
  /** Of both arms. */
  readonly requests: number;
  /** ln E: rolled back when it reaches `limit`. */
  readonly against: number;
  /** ln E of the guardrail that is furthest from being cleared: promoted when it reaches `limit`. */
  readonly clears: number;
  /** ln(1/alpha). */
  readonly limit: number;
  readonly guardrails: readonly GuardrailEvidence[];
}

/**
 * What to do now, at whatever look this is: looking often costs nothing. A step is left when its part of the evidence came: of K steps
 * the k-th needs (1/alpha)^(k/K), so that the last one needs all of it and the first ones need not wait for what only a
 * larger share can show.
 */
export function decideCanary(tally: Tally, rules: CanaryRules): CanaryDecision {
  const guardrails = rules.guardrails.map((guardrail) => evidenceOf(guardrail, partsOf(tally)));
  const against = logMean(guardrails.map((each) => each.against));
  const clears = Math.min(...guardrails.map((each) => each.clears));
  const limit = -Math.log(rules.alpha);
  const evidence: CanaryEvidence = {
    requests: requestsOf(tally, 'baseline') + requestsOf(tally, 'candidate'),
    against,
    clears,
    limit,
    guardrails,
  };
  if (against >= limit) return { state: 'roll-back', because: mostAgainst(guardrails), evidence };
  const step = rules.steps.indexOf(tally.share);
  if (step < 0) throw new RangeError(`${String(tally.share)} is no step`);
  const isSeen = requestsOf(tally, 'candidate', tally.share) >= rules.least;
  if (isSeen && clears >= (limit * (step + 1)) / rules.steps.length)
    return { state: step === rules.steps.length - 1 ? 'promote' : 'advance', evidence };
  return { state: evidence.requests >= rules.most ? 'inconclusive' : 'hold', evidence };
}

function mostAgainst(guardrails: readonly GuardrailEvidence[]): Guardrail['name'] {
  return guardrails.reduce((most, each) => (each.against > most.against ? each : most)).name;
}

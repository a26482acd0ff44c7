import {
  decideCanary,
  newTally,
  rateAgainst,
  requestsNeeded,
  withCounts,
  withShare,
} from '../canary/index.js';
import type { CanaryDecision, CanaryEvidence, CanaryRules, Tally } from '../canary/index.js';
import { MlError } from '../kernel/index.js';
import type { DeployStrategyRules } from './policy.js';
import type { Candidate, Counts } from './target.js';
import { canaryReason, shadowReason } from './trial-reason.js';

/** A candidate that is being tried: which share it has, and what to do after the next look. A value; nothing is remembered elsewhere. */
export interface Trial {
  readonly share: number;
  readonly mode: Candidate['mode'];
  /** @throws MlError ERR_ML_DEPLOY_TARGET for counts that cannot be */
  look(counts: Counts): TrialLook;
  /** What it comes to when the time is over. */
  readonly whenOver: 'promote' | 'inconclusive';
}

export interface TrialLook {
  readonly verdict: 'hold' | 'advance' | 'promote' | 'roll-back' | 'inconclusive';
  /** How it goes on. */
  readonly trial: Trial;
  /** In one sentence, for the journal. */
  readonly reason: string;
  readonly evidence?: CanaryEvidence | undefined;
  readonly compared?: Counts['compared'];
  /** More requests that would decide; reckoned when it is asked for. */
  readonly needed: () => number | undefined;
}

/** undefined: there is nothing to try, it takes all traffic at once. */
export function newTrial({ strategy, canary, shadow }: DeployStrategyRules): Trial | undefined {
  if (strategy === 'recreate') return undefined;
  if (strategy === 'shadow') return shadowTrial(shadow);
  const rules = strategy === 'canary' ? canary : { ...canary, steps: [1] };
  const whenOver = strategy === 'canary' ? 'inconclusive' : 'promote';
  return canaryTrial(newTally(rules.steps[0] ?? 1), rules, whenOver);
}

function canaryTrial(tally: Tally, rules: CanaryRules, whenOver: Trial['whenOver']): Trial {
  return {
    share: tally.share,
    mode: 'split',
    whenOver,
    look: (counts) => {
      const seen = withCounts(tally, counts);
      const decision = decideCanary(seen, rules);
      const next = decision.state === 'advance' ? withShare(seen, shareAfter(seen.share, rules)) : seen;
      return {
        verdict: decision.state,
        trial: canaryTrial(next, rules, whenOver),
        reason: canaryReason(decision, rules),
        evidence: decision.evidence,
        needed: () => requestsNeeded(seen, rules),
      };
    },
  };
}

function shareAfter(share: number, { steps }: CanaryRules): number {
  return steps[steps.indexOf(share) + 1] ?? share;
}

function shadowTrial(rules: DeployStrategyRules['shadow']): Trial {
  const trial: Trial = {
    share: rules.share,
    mode: 'shadow',
    whenOver: 'inconclusive',
    look: ({ compared = { pairs: 0, different: 0 } }) => {
      const verdict = shadowVerdict(compared, rules);
      const reason = shadowReason(verdict, compared, rules);
      return { verdict, trial, reason, compared, needed: () => undefined };
    },
  };
  return trial;
}

/** Whether more answers differ than may: the same evidence at any look as of a rate. */
function shadowVerdict(
  { pairs, different }: NonNullable<Counts['compared']>,
  { differences, alpha, most }: DeployStrategyRules['shadow'],
): Exclude<CanaryDecision['state'], 'advance'> {
  if (!Number.isSafeInteger(pairs) || !Number.isSafeInteger(different) || different < 0 || different > pairs)
    throw new MlError('ERR_ML_DEPLOY_TARGET', {
      message: `The target counted ${String(different)} different answers of ${String(pairs)}.`,
      fix: 'Look at the target: nothing is decided on counts that cannot be.',
    });
  const { against, clears } = rateAgainst({ seen: pairs, bad: different }, differences);
  if (against >= -Math.log(alpha)) return 'roll-back';
  if (clears >= -Math.log(alpha)) return 'promote';
  return pairs >= most ? 'inconclusive' : 'hold';
}

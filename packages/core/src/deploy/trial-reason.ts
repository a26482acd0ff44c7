import type { CanaryDecision, CanaryRules, GuardrailEvidence } from '../canary/index.js';
import type { DeployStrategyRules } from './policy.js';
import type { Counts } from './target.js';

/** Why a decision was made, in one sentence of words and counts: what the journal keeps. */
export function canaryReason(decision: CanaryDecision, rules: CanaryRules): string {
  const { guardrails, requests } = decision.evidence;
  const sure = `${percent(1 - rules.alpha)} sure at any look`;
  if (decision.state !== 'roll-back') {
    const told = guardrails.map(countsText).join(', ');
    return `${decision.state === 'promote' ? `not worse, ${sure}` : 'not decided yet'} after ${grouped(requests)} requests: ${told}`;
  }
  const worst = guardrails.find(({ name }) => name === decision.because);
  const { worse = 1, tolerated = 0 } = rules.guardrails.find(({ name }) => name === decision.because) ?? {};
  const than = worse === 1 ? 'than the baseline' : `than ${String(worse)} x the baseline`;
  const how = (worst?.baseline.seen ?? 0) > 0 ? `worse ${than}` : `above ${percent(tolerated)}`;
  return `${decision.because} ${how}, ${sure}, after ${grouped(requests)} requests${worst === undefined ? '' : `: ${countsText(worst)}`}`;
}

function countsText({ name, baseline, candidate }: GuardrailEvidence): string {
  const of = ({ seen, bad }: GuardrailEvidence['baseline']): string => `${grouped(bad)} of ${grouped(seen)}`;
  return `${name} ${of(candidate)} beside ${of(baseline)}`;
}

export function shadowReason(
  verdict: CanaryDecision['state'],
  { pairs, different }: NonNullable<Counts['compared']>,
  { differences }: DeployStrategyRules['shadow'],
): string {
  const counted = `${grouped(different)} of ${grouped(pairs)} answers differ`;
  const allowed = percent(differences);
  if (verdict === 'roll-back') return `${counted}: more than ${allowed}`;
  return verdict === 'promote' ? `${counted}: at most ${allowed}` : counted;
}

/** To three digits. */
function percent(share: number): string {
  return `${String(Number((share * 100).toPrecision(3)))}%`;
}

/** `28,438`. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

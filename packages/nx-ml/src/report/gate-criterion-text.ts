import type { Verdict, VerdictCriterion } from '@nx-ml/core/gate';

import { effectText, enoughEffect, examplesText, valueText } from './gate-words.js';
import { countText, groupedText, numberText } from './quantities.js';

/** What a criterion asks: `accuracy better by at least 2 points`. */
export function askedText(item: VerdictCriterion, policy: Verdict['policy']): string {
  const { test, metric, asked } = item;
  const of = item.slice === null ? metric : `${metric} of ${item.slice}`;
  switch (test) {
    case 'superiority':
      return `${of} better, seen from ${effectText(metric, asked)} on`;
    case 'non-inferiority':
      return `${of} not worse by ${effectText(metric, asked)}`;
    case 'ratio':
      return `${of} at most ${numberText(asked)} times the baseline’s`;
    case 'increase':
      return `${of} at most ${valueText(metric, asked)} more`;
    case 'gap':
      return `${of} alike across ${acrossOf(item, policy)}, within ${effectText(metric, asked)}`;
    case 'floor':
      return `${of} ${limitOf(item, policy) === 'min' ? 'at least' : 'at most'} ${valueText(metric, asked)}`;
  }
}

/** What came of it, with no more than the verdict holds. */
export function outcomeText(item: VerdictCriterion): string {
  if (item.outcome === 'undefined') return 'cannot be judged';
  if (item.n === null) return valueOutcome(item);
  if (item.outcome === 'hidden') return hiddenText(item, item.n);
  // What so few examples say is no p that anybody should read.
  const tells = item.outcome === 'met' || item.canShow;
  const score = scoreText(tells ? item : { ...item, scores: { ...item.scores, p: null } });
  const short = item.outcome === 'missed' && !item.canShow ? `; ${tooFew(item, item.n)}` : '';
  return `${item.outcome === 'met' ? 'shown' : 'not shown'}${score === '' ? '' : `: ${score}`}${short}`;
}

function hiddenText(item: VerdictCriterion, n: number): string {
  if (!item.canShow) return tooFew(item, n);
  return `${countText(n, 'example')} could have shown it`;
}

function tooFew({ metric, smallest, requiredN }: VerdictCriterion, n: number): string {
  const would = requiredN === null ? '' : `; ${examplesText(requiredN)} would`;
  const shows = smallest === null ? '' : ` (only ${effectText(metric, enoughEffect(metric, smallest))})`;
  return `cannot tell with ${groupedText(n)}${shows}${would}`;
}

function valueOutcome({ metric, outcome, scores }: VerdictCriterion): string {
  if (outcome === 'hidden' || scores.candidate === null) return 'not told';
  const beside = scores.baseline === null ? '' : `, the baseline ${valueText(metric, scores.baseline)}`;
  return `${valueText(metric, scores.candidate)}${beside}: ${outcome === 'met' ? 'holds' : 'missed'}`;
}

function scoreText(item: VerdictCriterion): string {
  const { metric, test, scores } = item;
  const parts: string[] = [];
  const { estimate, p, bound } = scores;
  if (estimate !== null && test === 'floor') parts.push(valueText(metric, estimate));
  else if (estimate !== null && test === 'gap') parts.push(`${effectText(metric, estimate)} apart`);
  else if (estimate !== null) parts.push(`${estimate > 0 ? '+' : ''}${effectText(metric, estimate)}`);
  if (p !== null) parts.push(`p ${pText(p)}`);
  if (bound !== null) parts.push(`${boundWord(item)} ${boundText(item, bound)}`);
  return parts.join(', ');
}

function boundWord({ test, asked, scores }: VerdictCriterion): string {
  const isCeiling = test === 'gap' || (test === 'floor' && (scores.bound ?? 0) > (scores.estimate ?? asked));
  return isCeiling ? 'at most' : 'at least';
}

function boundText({ metric, test }: VerdictCriterion, bound: number): string {
  return test === 'floor' ? valueText(metric, bound) : effectText(metric, bound);
}

function pText(p: number): string {
  return p >= 0.001 ? String(Number(p.toPrecision(2))) : p === 0 ? 'below 1e-300' : p.toExponential(1);
}

function acrossOf({ id }: VerdictCriterion, { guardrails }: Verdict['policy']): string {
  const guardrail = guardrails[indexOf(id)];
  return guardrail?.test === 'gap' ? guardrail.across : '';
}

function limitOf({ id }: VerdictCriterion, { floors }: Verdict['policy']): 'min' | 'max' {
  return floors[indexOf(id)]?.limit ?? 'min';
}

function indexOf(id: string): number {
  return Number(/\[(\d+)\]$/.exec(id)?.[1] ?? -1);
}

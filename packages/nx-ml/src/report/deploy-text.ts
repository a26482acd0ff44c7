import type { CanaryEvidence, GuardrailEvidence } from '@nx-ml/core/canary';
import type {
  BeginEntry,
  DeployEvent,
  DeployPlan,
  DeployResult,
  DeployStep,
  StagedModel,
} from '@nx-ml/core/deploy';
import { shortDigest } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import type { Place } from '@nx-ml/core/usecases/deploy';

import { durationText, groupedText, numberText } from './quantities.js';

/** Tells what happens while a release is rolled out: a line for each step, and for looks as often as the requests double. */
export function deployProgress(write: (text: string) => void): (event: DeployEvent) => void {
  const looks = new Looks();
  let isCutOff = false;
  return (event) => {
    if (event.type === 'unreachable') {
      if (!isCutOff) write(`  ! the target cannot be reached; trying again: ${event.message}\n`);
      isCutOff = true;
      return;
    }
    isCutOff = false;
    for (const line of linesOf(event, looks)) write(`${line}\n`);
  };
}

/** Which looks are worth a line. */
class Looks {
  #share: number | undefined;
  #told = 0;

  isWorth(share: number, requests: number): boolean {
    if (share === this.#share && requests < this.#told * 2) return false;
    if (requests === 0) return false;
    this.#share = share;
    this.#told = requests;
    return true;
  }
}

function linesOf(event: Exclude<DeployEvent, { type: 'unreachable' }>, looks: Looks): readonly string[] {
  switch (event.type) {
    case 'planned':
      return event.plan.noop ? [] : [headText(event.plan), ''];
    case 'settled':
      return [`  An earlier deployment is settled as ${event.outcome}: ${event.reason}`];
    case 'staged':
      return ['  ✓ verified', ...event.models.map(stagedText)];
    case 'routed':
      return [`  → ${shareText(event.share)} ${event.mode === 'shadow' ? 'in the shadow' : 'of traffic'}`];
    case 'look':
      return looks.isWorth(event.share, event.evidence.requests)
        ? [lookText(event.share, event.evidence)]
        : [];
    case 'compared': {
      const { pairs, different } = event.compared;
      return looks.isWorth(1, pairs)
        ? [`  ● ${groupedText(pairs)} answers compared, ${groupedText(different)} differ`]
        : [];
    }
    case 'ended':
      return [];
  }
}

function headText({ release, from, to, strategy }: DeployPlan): string {
  return `${release.service}: ${nameOf(from)} → ${shortDigest(to)} by ${strategy}`;
}

function nameOf(release: Digest | null): string {
  return release === null ? 'nothing' : shortDigest(release);
}

function stagedText({ name, loaded, p95 }: StagedModel): string {
  return `  ✓ ${name} loads in ${durationText(loaded)}, answers its example, p95 ${numberText(p95)} ms`;
}

function lookText(share: number, evidence: CanaryEvidence): string {
  const counted = evidence.guardrails.map(guardrailText).join('  ');
  const limit = eText(evidence.limit);
  return `  ● ${shareText(share)} of traffic  ${groupedText(evidence.requests)} requests  ${counted}  evidence against it ${eText(evidence.against)} (stops at ${limit})`;
}

/** The candidate's before the baseline's. */
function guardrailText({ name, candidate, baseline }: GuardrailEvidence): string {
  return `${name} ${rateText(candidate)} / ${rateText(baseline)}`;
}

function rateText({ seen, bad }: GuardrailEvidence['candidate']): string {
  return seen === 0 ? '-' : `${numberText(Number(((bad / seen) * 100).toPrecision(3)))}%`;
}

/** E by its logarithm: an e-value of a clear case is beyond all writing. */
function eText(log: number): string {
  return log > Math.log(1e6) ? '> 1,000,000' : numberText(Number(Math.exp(log).toPrecision(3)));
}

function shareText(share: number): string {
  return `${numberText(share * 100)}%`;
}

/** How a deployment ended, the answer first. */
export function deployResultText(result: DeployResult, { service, environment }: Place): string {
  const { outcome, reason, serving, to, entry, needed } = result;
  const where = `${service} in ${environment}`;
  const served = serving === null ? 'nothing' : shortDigest(serving);
  const heads: Readonly<Record<DeployResult['outcome'], string>> = {
    promoted: `${where} serves ${shortDigest(to)}`,
    'rolled-back': `Rolled back: ${where} serves ${served}`,
    inconclusive: `Inconclusive: ${where} goes on serving ${served}`,
    failed: `Not deployed: ${where} goes on serving ${served}`,
    abandoned: `Given up: ${where} serves ${served}`,
  };
  const lines = [
    `${heads[outcome]}. ${sentence(reason)}.`,
    ...(outcome === 'inconclusive' ? [neededText(needed)] : []),
    ...(reason === 'it is served already' ? [] : [entryText(entry, service)]),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** A reason that begins with the name of a model keeps that as it is written. */
function sentence(reason: string): string {
  return /^[a-z]+ /.test(reason) ? `${reason[0]?.toUpperCase() ?? ''}${reason.slice(1)}` : reason;
}

function neededText(needed: number | undefined): string {
  return needed === undefined
    ? 'No number of requests would decide it as it looks now; guardrails with a larger "clear" or "tolerated" would.'
    : `About ${groupedText(needed)} more requests would clear it, if it is as good as it looks.`;
}

export function entryText(entry: number | undefined, service: string): string {
  return entry === undefined
    ? 'The journal could not be told; the next deployment or rollback does that.'
    : `History entry ${String(entry)}. nx-ml deploy history ${service}`;
}

export interface PlanTold {
  readonly place: Place;
  readonly versions: Readonly<Record<string, number>>;
  /** What did not end. */
  readonly open: BeginEntry | undefined;
}

/** What a deployment would do. */
export function planLines(plan: DeployPlan, { place, versions, open }: PlanTold): string {
  const models = Object.entries(plan.release.models).map(
    ([name, digest]) => `  ${name}  v${String(versions[name] ?? '?')}  ${shortDigest(digest)}`,
  );
  const head = plan.noop
    ? `${place.service} in ${place.environment} serves ${shortDigest(plan.to)} already: nothing to do`
    : `${headText(plan)} in ${place.environment}`;
  const warnings = [
    ...(open === undefined ? [] : [`  ! ${open.by} began a deployment at ${open.at} that did not end`]),
    ...(plan.returned === undefined
      ? []
      : [`  ! it was rolled back here: ${plan.returned}. It takes --again REASON`]),
  ];
  const steps = plan.steps.map((step, at) => `  ${String(at + 1)}. ${stepText(step)}`);
  return `${[head, ...models, ...warnings, ...steps].join('\n')}\n`;
}

function stepText(step: DeployStep): string {
  if (step.kind === 'serve') return 'serve it to everybody; the one before stays loadable';
  if (step.kind === 'share')
    return step.mode === 'shadow'
      ? `compare its answers to ${shareText(step.share)} of the requests, which nobody sees`
      : `${shareText(step.share)} of traffic, until the evidence says how to go on`;
  const budget = step.latencyBudget === undefined ? '' : ` within ${numberText(step.latencyBudget)} ms`;
  return `verify the bundles, load them, ask their examples${budget}`;
}

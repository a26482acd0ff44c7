import type { Reason } from '../criterion-result.js';
import { noScores } from '../finding.js';
import type { Scores } from '../finding.js';
import type { Judgement } from '../judge.js';
import { isLabelFree } from '../metric-names.js';
import type { GatePolicy } from '../policy.js';
import type { Verdict, VerdictBudget, VerdictCriterion, VerdictReads } from './verdict.js';

export interface VerdictInput {
  readonly project: string;
  readonly policy: GatePolicy;
  readonly read: VerdictReads;
  /** null where nothing is counted. */
  readonly budget: VerdictBudget | null;
}

/** The verdict on a question that was asked, with no more in it than may be told. */
export function buildVerdict(
  { project, policy, read, budget }: VerdictInput,
  { judgement, alpha }: { readonly judgement: Judgement; readonly alpha: number },
): Verdict {
  const { state, reasons, criteria, control, worse } = judgement;
  return redact({
    formatVersion: 1,
    ...{ project, state, reasons, alpha, budget, read, policy, control },
    criteria: criteria.map((result) => ({
      ...result,
      smallest: kept(result.smallest),
      scores: keptScores(result.scores),
    })),
    worse: worse.map((slice) => ({ ...slice, p: rounded(slice.p) })),
  });
}

/** The verdict where no question was asked: its budget, its journal, its baseline or its evidence do not allow it, or there is nothing to decide. */
export function unaskedVerdict(
  { project, policy, read, budget }: VerdictInput,
  why: Reason,
  state: 'inconclusive' | 'invalid' | 'pass' = 'inconclusive',
): Verdict {
  return {
    formatVersion: 1,
    ...{ project, state, reasons: [why], alpha: null, budget, read, policy },
    ...{ criteria: [], control: null, worse: [] },
  };
}

/**
 * Takes out of a verdict what its policy does not let anybody see: where only one bit is disclosed, and it is no pass, every number that needs a label, and which criterion was
 * missed. What is left is n, how often the two models differ where that needs no label, and what so many examples can show.
 */
export function redact(verdict: Verdict): Verdict {
  const { state, policy, criteria } = verdict;
  if (state === 'pass' || policy.disclosure === 'full' || policy.budget === null) return verdict;
  return { ...verdict, control: null, worse: [], criteria: criteria.map((item) => redactCriterion(item)) };
}

function redactCriterion(criterion: VerdictCriterion): VerdictCriterion {
  if (isLabelFree(criterion.metric) || criterion.outcome === 'undefined') return criterion;
  return { ...criterion, outcome: 'hidden', scores: noScores };
}

function keptScores({ candidate, baseline, estimate, p, bound }: Scores): Scores {
  return {
    candidate: kept(candidate),
    baseline: kept(baseline),
    estimate: kept(estimate),
    p: kept(p),
    bound: kept(bound),
  };
}

function kept(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? rounded(value) : null;
}

/** Nine digits of a fraction: the last ones differ between processors, and another machine that judges again must come to the same bytes. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(9));
}

import { isMlError } from '../kernel/index.js';
import { negativeControl } from './control.js';
import type { Control } from './control.js';
import { reason } from './criterion-result.js';
import type { CriterionResult, Reason } from './criterion-result.js';
import type { Evidence } from './evidence.js';
import { isLabelFree } from './metric-names.js';
import { criteriaOf } from './policy.js';
import type { Criterion, CriterionId, GatePolicy } from './policy.js';
import { isPaired, resultsOf } from './results-of.js';
import type { Judged } from './results-of.js';
import { worseSlices } from './worse-slices.js';
import type { WorseSlice } from './worse-slices.js';

export type GateState = 'pass' | 'fail' | 'inconclusive' | 'invalid';

export interface Judgement {
  readonly state: GateState;
  /** At least one, unless it is a plain pass. */
  readonly reasons: readonly Reason[];
  readonly criteria: readonly CriterionResult[];
  readonly control: Control | null;
  /** Where all may be told: slices in which the candidate is worse. */
  readonly worse: readonly WorseSlice[];
}

export interface JudgeInput {
  readonly policy: GatePolicy;
  /** The level of this step: of planStep. */
  readonly alpha: number;
  /** There is no accepted model: floors alone decide. */
  readonly floorsOnly: boolean;
  /** For every criterion of `criteriaOf(policy, { floorsOnly })`. */
  readonly evidence: readonly Evidence[];
}

/**
 * Judges a candidate. Pure and deterministic: the same samples, policy and level give the same judgement to the last bit.
 *
 * All criteria must be met, each at the level itself: an intersection-union test, which needs no correction. Whatever is not met passes nothing; whether it is a `fail` or
 * `inconclusive` is told by what the examples could have shown, of all criteria, met or missed, so that it does not tell which was missed.
 */
export function judge({ policy, alpha, floorsOnly, evidence: given }: JudgeInput): Judgement {
  const asked = criteriaOf(policy, { floorsOnly });
  const evidence = given.filter((item) => asked.some(({ id }) => id === item.id));
  const rates = { alpha, power: policy.power };
  const judged = asked.flatMap(({ id, criterion }) => {
    const own = evidence.filter((item) => item.id === id);
    return judgedSafely({ id, criterion }, () => resultsOf(id, criterion, { evidence: own, rates }));
  });
  const isJudged = judged.every(({ result }) => result.outcome !== 'undefined');
  const control = floorsOnly || !isJudged ? null : controlOf(policy, alpha, evidence);
  const criteria = judged.map(({ result }) => result);
  const found = stateOf(judged, control);
  const first = floorsOnly ? [reason(asked.length === 0 ? 'nothing-asked' : 'first-model')] : [];
  const mayTell = policy.disclosure === 'full' || policy.budget === null;
  const isTold = found.state === 'pass' || (found.state !== 'invalid' && mayTell);
  const worse = isTold ? worseSlices(evidence, policy.alpha) : [];
  const { state, reasons } = found.state === 'inconclusive' && worse.length > 0 ? gotWorse : found;
  return { state, reasons: [...first, ...reasons], criteria, control, worse };
}

/** More examples of other slices would not mend what is shown already. Only where all may be told, since it takes labels to see. */
const gotWorse: Pick<Judgement, 'state' | 'reasons'> = { state: 'fail', reasons: [reason('worse')] };

/** What a method is not defined for, such as the area under a curve of one class, cannot be judged. */
function judgedSafely(
  asked: { readonly id: CriterionId; readonly criterion: Criterion },
  results: () => readonly Judged[],
): readonly Judged[] {
  try {
    return results();
  } catch (error) {
    if (!isMlError(error) || error.code !== 'ERR_ML_STATISTICS_INVALID') throw error;
    return resultsOf(asked.id, asked.criterion, {
      evidence: [{ id: asked.id, sample: { kind: 'none', why: error.message } }],
      rates: { alpha: 0, power: 0.5 },
    });
  }
}

function controlOf(policy: GatePolicy, alpha: number, evidence: readonly Evidence[]): Control | null {
  const sample = evidence.find(({ id }) => id === 'primary')?.sample;
  if (!policy.negativeControl || sample === undefined) return null;
  return isPaired(sample) && sample.n > 0 ? negativeControl(sample, alpha) : null;
}

function stateOf(judged: readonly Judged[], control: Control | null): Pick<Judgement, 'state' | 'reasons'> {
  const undefinedOnes = judged.filter(({ result }) => result.outcome === 'undefined');
  if (undefinedOnes.length > 0)
    return {
      state: 'invalid',
      reasons: undefinedOnes.map(({ result, why }) => reasonOf('undefined', result, why)),
    };
  if (control?.broken === true) return { state: 'invalid', reasons: [reason('control')] };
  const results = judged.map(({ result }) => result);
  if (results.every(({ outcome }) => outcome === 'met')) return { state: 'pass', reasons: [] };
  return heldBy(results);
}

/** What needs no label is told: a model that is too large stays so with more examples. */
function heldBy(results: readonly CriterionResult[]): Pick<Judgement, 'state' | 'reasons'> {
  const plain = results.filter(({ metric, outcome }) => outcome === 'missed' && isLabelFree(metric));
  const untold = plain.filter(({ canShow }) => canShow);
  if (untold.length > 0)
    return { state: 'fail', reasons: untold.map((result) => reasonOf('missed', result, null)) };
  const short = results.filter(({ canShow }) => !canShow);
  if (short.length > 0)
    return {
      state: 'inconclusive',
      reasons: short.map((result) => reasonOf('underpowered', result, null)),
    };
  return { state: 'fail', reasons: [reason('not-shown')] };
}

function reasonOf(
  code: 'undefined' | 'missed' | 'underpowered',
  { id, slice }: CriterionResult,
  what: string | null,
): Reason {
  return reason(code, { criterion: id, slice, what });
}

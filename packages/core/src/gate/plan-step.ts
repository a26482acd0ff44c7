import { canonicalJson, digestOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { levelOf } from './budget.js';
import type { BudgetState } from './budget.js';
import type { OpenEntry, StepEntry } from './budget-entry.js';
import type { GatePolicy } from './policy.js';

/** What the gate is asked. */
export interface Question {
  readonly digest: Digest;
  /** The content of the test set. */
  readonly testSet: Digest;
}

/** What a question is made of: other predictions, another test set or another policy is another question. */
export interface QuestionParts {
  /** Of the predictions and values that were judged. */
  readonly candidate: Digest;
  /** null without an accepted model. */
  readonly baseline: Digest | null;
  readonly testSet: Digest;
  readonly policy: GatePolicy;
}

export function questionOf(parts: QuestionParts): Question {
  return { digest: digestOf(canonicalJson(parts)), testSet: parts.testSet };
}

export type StepPlan =
  /** It was asked before: no step is spent. */
  | { readonly kind: 'known'; readonly answer: StepEntry }
  /** Nothing is counted, and nothing is guaranteed over repeated use. */
  | { readonly kind: 'uncounted'; readonly alpha: number }
  | {
      readonly kind: 'take';
      /** Of this question, from 1. */
      readonly step: number;
      /** Steps that are left after this one, if it does not pass. */
      readonly left: number;
      /** Passes that count so far. */
      readonly promotions: number;
      /** The level of the step. */
      readonly alpha: number;
      /** To be appended first: the set has no open budget yet. */
      readonly open: Opening | null;
    }
  | { readonly kind: 'refused'; readonly reason: Refusal };

export type Opening = Pick<OpenEntry, 'steps' | 'promotions' | 'alpha' | 'disclosure'>;

export type Refusal =
  /** Used up: a new test set is due. */
  | { readonly code: 'steps-used' | 'promotions-used' }
  /** This very content was retired. */
  | { readonly code: 'retired' }
  /** ml.yaml says another budget than the one that was opened, which stands. */
  | { readonly code: 'budget-differs'; readonly opened: Opening; readonly wanted: Opening };

/** Whether the question may be asked, and at which level. To be planned anew when somebody else took the position. */
export function planStep(state: BudgetState, question: Question, policy: GatePolicy): StepPlan {
  if (policy.budget === null) return { kind: 'uncounted', alpha: policy.alpha };
  const wanted: Opening = { ...policy.budget, alpha: policy.alpha, disclosure: policy.disclosure };
  const reason = refusalOf(state, question, wanted);
  if (reason !== undefined) return { kind: 'refused', reason };
  const answer = state.answers.get(question.digest);
  if (answer !== undefined) return { kind: 'known', answer };
  if (state.exhausted !== null) return { kind: 'refused', reason: { code: `${state.exhausted}-used` } };
  const step = state.stepsUsed + 1;
  return {
    kind: 'take',
    step,
    left: wanted.steps - step,
    promotions: state.promotions,
    alpha: levelOf(wanted),
    open: state.opened === null ? wanted : null,
  };
}

/** Whatever was answered: an answer under another budget, such as one that grants any level, is none to this question. */
function refusalOf(
  { opened, retired }: BudgetState,
  { testSet }: Question,
  wanted: Opening,
): Refusal | undefined {
  if (retired.has(testSet)) return { code: 'retired' };
  if (opened === null) return undefined;
  const { steps, promotions, alpha, disclosure } = opened;
  const standing = { steps, promotions, alpha, disclosure };
  return canonicalJson(standing) === canonicalJson(wanted)
    ? undefined
    : { code: 'budget-differs', opened: standing, wanted };
}

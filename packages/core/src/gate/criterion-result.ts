import { shortened } from '../kernel/index.js';
import type { Finding } from './finding.js';
import type { Criterion, CriterionId } from './policy.js';

/** What came of one criterion, of a criterion of many slices one for each. */
export type CriterionResult = Omit<Finding, 'outcome'> & {
  readonly id: CriterionId;
  /** `lang=de`; null for all examples. */
  readonly slice: string | null;
  readonly metric: string;
  readonly test: Criterion['test'];
  /** Effect, margin, ratio, gap or limit that was asked for. */
  readonly asked: number;
  readonly outcome: Finding['outcome'] | 'undefined';
};

export type ReasonCode =
  /** A criterion could not have shown what it was asked for. */
  | 'underpowered'
  /** A criterion was missed that needs no label, or all may be told. */
  | 'missed'
  /** Missed, and nothing more is told. */
  | 'not-shown'
  /** A slice got worse beyond chance, and that may be told. */
  | 'worse'
  /** The evidence cannot be judged. */
  | 'undefined'
  /** A candidate made of chance passed. */
  | 'control'
  /** Nothing was asked of a first model. */
  | 'nothing-asked'
  /** There is no accepted model; floors alone decided. */
  | 'first-model'
  /** The candidate is the accepted model: there is nothing to decide, and nothing was asked. */
  | 'accepted'
  /** The test set's budget does not allow the question: `what` is the refusal's code. */
  | 'budget'
  /** The journal of the test set is broken or gone, or holds an answer that is none (RecordFault): `what` says which. */
  | 'journal'
  /** The accepted model cannot be compared. */
  | 'baseline';

export interface Reason {
  readonly code: ReasonCode;
  readonly criterion: CriterionId | null;
  readonly slice: string | null;
  /** In words, where the code does not say all; null otherwise. */
  readonly what: string | null;
}

/** @param details `what` is cut at 2,000 characters: it may name an id or a label, which may be of any length. */
export function reason(code: ReasonCode, details: Partial<Omit<Reason, 'code'>> = {}): Reason {
  const { criterion = null, slice = null, what = null } = details;
  return { code, criterion, slice, what: what && shortened(what, 2000) };
}

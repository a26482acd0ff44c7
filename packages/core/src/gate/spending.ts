import { exhaustedBy } from './budget.js';
import type { BudgetEntry } from './budget-entry.js';
import type { BudgetLedger } from './budget-ledger.js';

export type SpendingFault =
  /** It retires the test set, or lets a candidate through. */
  | 'no-spending'
  /** The question has its answer. */
  | 'asked'
  /** Nothing is left to be spent. */
  | 'used-up';

/**
 * Whether an entry does no more than spend of a test set's budget: a new question while something is left, or the opening that comes
 * before the first one. That is all that somebody who is judged, and not trusted, may append; it also bounds how long
 * they can make a journal, by the steps of what is open.
 *
 * @param entry that can follow what is in the ledger
 * @returns undefined where it spends
 */
export function spendingFault(ledger: BudgetLedger, entry: BudgetEntry): SpendingFault | undefined {
  if (entry.type === 'open') return undefined;
  if (entry.type !== 'step') return 'no-spending';
  if (ledger.answers.has(entry.question)) return 'asked';
  return exhaustedBy(ledger) === null ? undefined : 'used-up';
}

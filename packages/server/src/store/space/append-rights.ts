import { protectedScope } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';
import { spendingFault } from '@nx-ml/core/gate';
import type { BudgetEntry } from '@nx-ml/core/gate';
import { isMlError } from '@nx-ml/core/kernel';
import type { JournalEntry } from '@nx-ml/core/store';

import type { KnownBudget } from './known-budget.js';
import { guardedBudget, noBudgetEntry, nothingToSpend, tooManyEntries } from './refusals.js';

/** Some hundred times the steps that a test set can be asked and still tell anything; it also bounds what a reading of one costs. */
const mostOfOthers = 10_000;

/**
 * Whether a scope may append an entry to the journal of a test set, which all scopes share: nobody one that no budget can have next, and
 * whoever is not the protected scope nothing but spending.
 *
 * @throws Refusal 403 or 422
 */
export function checkAppend(scope: Scope, known: KnownBudget, { payload }: JournalEntry): void {
  const entry = nextOf(known, payload);
  if (scope === protectedScope) return;
  const fault = spendingFault(known.ledger, entry);
  if (fault === 'no-spending') throw guardedBudget(scope);
  if (fault === 'asked') throw nothingToSpend('The question has its answer');
  if (fault === 'used-up') throw nothingToSpend('The budget of the test set is used up');
  if (known.length >= mostOfOthers) throw tooManyEntries(mostOfOthers);
}

function nextOf({ ledger }: KnownBudget, payload: unknown): BudgetEntry {
  try {
    return ledger.check(payload);
  } catch (error) {
    throw isMlError(error) ? noBudgetEntry(error.message) : error;
  }
}

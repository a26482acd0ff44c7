import { BudgetLedger } from '@nx-ml/core/gate';
import type { JournalEntry } from '@nx-ml/core/store';

/** What a journal without entries takes, told in entries of some 500 bytes. */
const ofJournal = 10;

/** The journal of a test set, as far as it was taken in. */
export class KnownBudget {
  readonly ledger = new BudgetLedger();
  #last: JournalEntry | undefined;

  /** The last entry that was taken in. */
  get last(): JournalEntry | undefined {
    return this.#last;
  }

  /** Entries. */
  get length(): number {
    return this.ledger.length;
  }

  /** What it takes of memory, in entries. */
  get weight(): number {
    return this.length + ofJournal;
  }

  /** @throws MlError for an entry that is none of a budget, or cannot follow; then it is as it was */
  take(entry: JournalEntry): void {
    this.ledger.take(entry.payload);
    this.#last = entry;
  }
}

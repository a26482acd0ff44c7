import { MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { decodeBudgetEntry } from './budget-entry.js';
import type { BudgetEntry, OpenEntry, OverrideEntry, RetireEntry, StepEntry } from './budget-entry.js';

/**
 * The journal of a test set, taken in entry by entry: whoever has taken in a long one need not read it again to know whether the next
 * entry can follow. Filled in place, in a time that grows with the number of entries alone.
 */
export class BudgetLedger {
  #opened: OpenEntry | null = null;
  #length = 0;
  readonly #answers = new Map<Digest, StepEntry>();
  readonly #retired = new Set<Digest>();
  readonly #overrides: OverrideEntry[] = [];

  /** Entries that were taken in. */
  get length(): number {
    return this.#length;
  }

  get opened(): OpenEntry | null {
    return this.#opened;
  }

  /** Since it was opened, by question. */
  get answers(): ReadonlyMap<Digest, StepEntry> {
    return this.#answers;
  }

  get retired(): ReadonlySet<Digest> {
    return this.#retired;
  }

  get overrides(): readonly OverrideEntry[] {
    return this.#overrides;
  }

  /**
   * Whether a payload can follow what was taken in, which it changes nothing of.
   *
   * @throws MlError ERR_ML_DOCUMENT_INVALID for a payload that is none, ERR_ML_JOURNAL_BROKEN for one that cannot follow.
   */
  check(payload: unknown): BudgetEntry {
    const entry = decodeBudgetEntry(payload);
    const why = this.#faultOf(entry);
    if (why !== undefined) throw outOfPlace(why, this.#length);
    return entry;
  }

  /** @throws MlError as check does, and then has taken in nothing */
  take(payload: unknown): void {
    const entry = this.check(payload);
    this.#length += 1;
    if (entry.type === 'open') this.#opened = entry;
    else if (entry.type === 'override') this.#overrides.push(entry);
    else if (entry.type === 'retire') this.#retire(entry);
    // An answer that stands twice was given once.
    else if (!this.#answers.has(entry.question)) this.#answers.set(entry.question, entry);
  }

  #faultOf(entry: BudgetEntry): string | undefined {
    if (entry.type === 'open') return this.#opened === null ? undefined : 'opens a budget that is open';
    if (entry.type !== 'step') return undefined;
    if (this.#opened === null) return 'takes a step of a budget that is not open';
    return this.#retired.has(entry.testSet) ? 'asks a test set that was retired' : undefined;
  }

  /** What has answered is retired with the rest, whatever the entry lists. */
  #retire({ testSets }: RetireEntry): void {
    for (const testSet of testSets) this.#retired.add(testSet);
    for (const { testSet } of this.#answers.values()) this.#retired.add(testSet);
    this.#opened = null;
    this.#answers.clear();
  }
}

function outOfPlace(what: string, index: number): MlError {
  return new MlError('ERR_ML_JOURNAL_BROKEN', {
    message: `Entry ${String(index)} of a test set's budget ${what}`,
    fix: 'Restore the journal from a copy; if it is lost, take a new test set and open a budget for it.',
  });
}

import { isMlError } from '@nx-ml/core/kernel';
import type { MlError } from '@nx-ml/core/kernel';
import { eachOf, journalPrefix } from '@nx-ml/core/remote';
import { decodeJournalEntry, journalEntryName } from '@nx-ml/core/store';
import type { JournalEntry } from '@nx-ml/core/store';

import { entryBytes } from './entry-bytes.js';
import { KnownBudget } from './known-budget.js';
import { RecentBudgets } from './recent-budgets.js';
import { brokenBudget } from './refusals.js';
import type { ScopedBlobs } from './scoped-blobs.js';
import { Turns } from './turns.js';

/** Entries that are read at once of a journal that is not remembered. */
const atOnce = 32;
/** Some 25 MB. */
const mostRemembered = 50_000;

/**
 * The budgets of the journals that are appended to, so that a long one is read once, and after that its last entry alone: whether that is
 * the one that was taken in tells of all before it, for each names the one before. Other servers may append to the same storage;
 * what they did is caught up with.
 */
export class Budgets {
  readonly #recent: RecentBudgets;
  readonly #readers = new Turns();

  /**
   * @param shared where the journals lie
   * @param limit entries that are remembered in all
   */
  constructor(
    private readonly shared: ScopedBlobs,
    limit = mostRemembered,
  ) {
    this.#recent = new RecentBudgets(limit);
  }

  /**
   * Of one journal to be asked by one after the other.
   *
   * @returns what stands before an entry; undefined where nothing is at the position before.
   * @throws Refusal 422 where what stands is no budget, so that nothing can be appended to it.
   */
  async before(journal: string, sequence: number): Promise<KnownBudget | undefined> {
    if (sequence === 0) return new KnownBudget();
    // First: whoever asks for the millionth entry of a journal makes nobody read it.
    if ((await this.shared.size(blobOf(journal, sequence - 1))) === undefined) return undefined;
    const known = await this.#known(journal, sequence);
    if (known?.length === sequence) return known;
    // One journal after the other, or those who can make some long ones could keep a server busy with nothing else.
    return this.#readers.take('', () => this.#catchUp(journal, known ?? new KnownBudget(), sequence));
  }

  /** @param entry that was appended behind all that is known */
  append(journal: string, known: KnownBudget, entry: JournalEntry): void {
    known.take(entry);
    this.#recent.keep(journal, known);
  }

  /** @returns undefined, too, where what is known is not what is stored, such as after a backup was restored */
  async #known(journal: string, sequence: number): Promise<KnownBudget | undefined> {
    const known = this.#recent.get(journal);
    const last = known?.last;
    if (last === undefined || last.sequence >= sequence) return undefined;
    try {
      const stored = await this.#entry(journal, last.sequence);
      return decoded(journal, { ...stored, after: undefined }).digest === last.digest ? known : undefined;
    } catch (error) {
      if (isBroken(error)) return undefined;
      throw error;
    }
  }

  async #catchUp(journal: string, known: KnownBudget, sequence: number): Promise<KnownBudget> {
    try {
      while (known.length < sequence) await this.#readOn(journal, known, sequence);
      return known;
    } catch (error) {
      throw isBroken(error) ? brokenBudget(error.message) : error;
    } finally {
      // Also of one that is broken: up to there it need not be read again.
      this.#recent.keep(journal, known);
    }
  }

  async #readOn(journal: string, known: KnownBudget, end: number): Promise<void> {
    const count = Math.min(atOnce, end - known.length);
    const next = Array.from({ length: count }, (_, n) => known.length + n);
    const found = new Map<number, StoredBytes>();
    await eachOf(next, atOnce, async (sequence) => {
      found.set(sequence, await this.#entry(journal, sequence));
    });
    for (const stored of [...found.values()].sort((a, b) => a.sequence - b.sequence))
      known.take(decoded(journal, { ...stored, after: known.last }));
  }

  async #entry(journal: string, sequence: number): Promise<StoredBytes> {
    const blob = await this.shared.open(blobOf(journal, sequence));
    return { sequence, bytes: blob === undefined ? Buffer.alloc(0) : await entryBytes(blob) };
  }
}

const broken: ReadonlySet<string> = new Set(['ERR_ML_JOURNAL_BROKEN', 'ERR_ML_DOCUMENT_INVALID']);

/** What is stored cannot be read, as against a storage that cannot be. */
function isBroken(error: unknown): error is MlError {
  return isMlError(error) && broken.has(error.code);
}

interface StoredBytes {
  readonly sequence: number;
  readonly bytes: Buffer;
}

function decoded(name: string, stored: StoredBytes & { after: JournalEntry | undefined }): JournalEntry {
  return decodeJournalEntry({ name, ...stored });
}

function blobOf(journal: string, sequence: number): string {
  return `${journalPrefix(journal)}${journalEntryName(sequence)}`;
}

import { decodeSavingsEntry, encodeSavingsEntry, monthOf } from '../../savings/index.js';
import type { SavingsEntry } from '../../savings/index.js';
import { journalSegment } from '../../store/index.js';
import type { Journal } from '../../store/index.js';

/** Entries of a month: a year of them can be read in seconds, and nobody fills a disk. */
const mostEntries = 20_000;

/** What the caches spared a workspace, a journal a month. Whoever shares the store, or the remote, adds to the same. */
export class SavingsLedger {
  readonly #journals: Journal;
  readonly #workspaceId: string;

  constructor(journals: Journal, workspaceId: string) {
    this.#journals = journals;
    this.#workspaceId = workspaceId;
  }

  /**
   * Adds an entry to the month that it names, whoever else does so at the same time.
   * @returns false where the month is full: then it is not counted.
   */
  async add(entry: SavingsEntry): Promise<boolean> {
    const name = this.#nameOf(monthOf(entry.at));
    const payload = encodeSavingsEntry(decodeSavingsEntry(entry));
    let length = ((await this.#journals.last(name))?.sequence ?? -1) + 1;
    while (length < mostEntries) {
      const result = await this.#journals.append(name, length, payload);
      if (result.appended) return true;
      length = result.length;
    }
    return false;
  }

  /** @param month `2026-11`. @throws MlError ERR_ML_DOCUMENT_INVALID, ERR_ML_JOURNAL_BROKEN */
  async read(month: string): Promise<readonly SavingsEntry[]> {
    const entries = await this.#journals.read(this.#nameOf(month));
    return entries.map(({ payload }) => decodeSavingsEntry(payload));
  }

  #nameOf(month: string): string {
    return `savings/${journalSegment(this.#workspaceId)}/${month}`;
  }
}

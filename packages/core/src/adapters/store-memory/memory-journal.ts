import type { JsonObject } from '../../kernel/index.js';
import {
  checkJournalName,
  decodeJournalEntry,
  encodeJournalEntry,
  journalLength,
} from '../../store/index.js';
import { journalEntryName } from '../../store/index.js';
import type { AppendResult, Journal, JournalEntry } from '../../store/index.js';

export class MemoryJournal implements Journal {
  /** Entry files of each journal, by their name. Open to tests that damage them. */
  readonly files = new Map<string, Map<string, Buffer>>();

  read(name: string): Promise<readonly JournalEntry[]> {
    return Promise.resolve().then(() => this.entries(name));
  }

  async last(name: string): Promise<JournalEntry | undefined> {
    return (await this.read(name)).at(-1);
  }

  append(name: string, length: number, payload: JsonObject): Promise<AppendResult> {
    return Promise.resolve().then(() => {
      const entries = this.entries(name);
      const { entry, bytes } = encodeJournalEntry({ name, after: entries.at(-1), payload });
      if (entries.length !== length) return { appended: false, length: entries.length };
      const files = this.files.get(name) ?? new Map<string, Buffer>();
      this.files.set(name, files.set(journalEntryName(length), bytes));
      return { appended: true, entry };
    });
  }

  private entries(name: string): JournalEntry[] {
    checkJournalName(name);
    const files = this.files.get(name) ?? new Map<string, Buffer>();
    const entries: JournalEntry[] = [];
    for (let sequence = 0; sequence < journalLength(name, [...files.keys()]); sequence += 1) {
      const bytes = files.get(journalEntryName(sequence)) ?? Buffer.alloc(0);
      entries.push(decodeJournalEntry({ name, sequence, bytes, after: entries.at(-1) }));
    }
    return entries;
  }
}

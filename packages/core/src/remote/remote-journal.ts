import {
  checkJournalName,
  decodeJournalEntry,
  encodeJournalEntry,
  journalEntryName,
  journalLength,
  maxJournalEntryBytes,
} from '../store/index.js';
import type { AppendResult, Journal, JournalEntry } from '../store/index.js';
import { isMlError } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import { collect } from './blob-source.js';
import type { Blobs } from './blobs.js';
import { journalPrefix } from './layout.js';
import { endlessListing } from './listing.js';

/** More entries than any honest journal has. */
const mostEntries = 1_000_000;

/** The journal port over a remote: one blob an entry, taken by `create`, which never replaces. */
export class RemoteJournal implements Journal {
  readonly #blobs: Blobs;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  async read(name: string): Promise<readonly JournalEntry[]> {
    const length = await this.#length(name);
    const entries: JournalEntry[] = [];
    for (let sequence = 0; sequence < length; sequence += 1)
      entries.push(await this.#entry(name, sequence, entries.at(-1)));
    return entries;
  }

  async last(name: string): Promise<JournalEntry | undefined> {
    return this.#lastOf(name, await this.#length(name));
  }

  async append(name: string, length: number, payload: JsonObject): Promise<AppendResult> {
    const found = await this.#length(name);
    const after = await this.#lastOf(name, found);
    const { entry, bytes } = encodeJournalEntry({ name, after, payload });
    if (found !== length) return { appended: false, length: found };
    const won = await this.#blobs.create(blobOf(name, length), bytes);
    return won ? { appended: true, entry } : { appended: false, length: await this.#length(name) };
  }

  /** A list of a shared folder need not show what came while it was made, so that a gap is no damage until it is seen twice. */
  async #length(name: string): Promise<number> {
    checkJournalName(name);
    try {
      return journalLength(name, await this.#listed(name));
    } catch (error) {
      if (!isMlError(error) || error.code !== 'ERR_ML_JOURNAL_BROKEN') throw error;
      return journalLength(name, await this.#listed(name));
    }
  }

  async #listed(name: string): Promise<readonly string[]> {
    const prefix = journalPrefix(name);
    const listed: string[] = [];
    for await (const blob of this.#blobs.list(prefix)) {
      if (listed.length === mostEntries) throw endlessListing(this.#blobs.place);
      listed.push(blob.name.slice(prefix.length));
    }
    return listed;
  }

  async #lastOf(name: string, length: number): Promise<JournalEntry | undefined> {
    if (length === 0) return undefined;
    const before = length === 1 ? undefined : await this.#entry(name, length - 2, undefined);
    return this.#entry(name, length - 1, before);
  }

  async #entry(name: string, sequence: number, after: JournalEntry | undefined): Promise<JournalEntry> {
    const stream = await this.#blobs.read(blobOf(name, sequence));
    const bytes = stream === undefined ? undefined : await collect(stream, maxJournalEntryBytes);
    return decodeJournalEntry({ name, sequence, bytes: bytes ?? Buffer.alloc(0), after });
  }
}

function blobOf(name: string, sequence: number): string {
  return `${journalPrefix(name)}${journalEntryName(sequence)}`;
}

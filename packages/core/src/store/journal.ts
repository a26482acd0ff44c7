import type { Digest, JsonObject } from '../kernel/index.js';

export interface JournalEntry {
  /** Position, from 0. */
  readonly sequence: number;
  /** Digest of the entry before; null for entry 0. */
  readonly previous: Digest | null;
  /** Digest over this entry's other fields and its journal's name; stored in the entry (journal-entry.ts). */
  readonly digest: Digest;
  readonly payload: JsonObject;
}

/** A conflict is an answer, not an error: somebody else took that position first. */
export type AppendResult =
  | { readonly appended: true; readonly entry: JournalEntry }
  | { readonly appended: false; readonly length: number };

/**
 * Append-only lists of small records, one list a name, hash-chained.
 *
 * - Compare and append: of any number of writers that try position n at once, in any number of processes, exactly
 *   one succeeds; the others are told the new length.
 * - Durable when append returns; a crash leaves the entry whole or absent.
 * - Reading verifies the chain: a gap, an edited or a foreign entry is ERR_ML_JOURNAL_BROKEN, never a shorter list.
 *   (A list cut at its end cannot be told from a younger one by the chain alone; callers that must know keep
 *   the length or digest they last saw.)
 *
 * A name is 1 to 8 segments joined by `/`, each of 1 to 100 characters from [A-Za-z0-9._@-], none ".", ".." or like
 * an entry ("00000000.json"). Another name is ERR_ML_DOCUMENT_INVALID. Names that differ by case are different.
 */
export interface Journal {
  /** All entries in order; an empty list for a name never written. */
  read(name: string): Promise<readonly JournalEntry[]>;

  /**
   * The last entry, verified against the one before it; undefined for a name never written. Reads two entries and
   * lists the others, so that a gap is found here too.
   */
  last(name: string): Promise<JournalEntry | undefined>;

  /**
   * Appends when the journal has exactly `length` entries.
   * @throws MlError ERR_ML_DOCUMENT_INVALID for a payload over 256 KB or not JSON.
   */
  append(name: string, length: number, payload: JsonObject): Promise<AppendResult>;
}

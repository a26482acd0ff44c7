import type { Journal } from '../journal.js';

/** A journal, and hands that reach behind it. */
export interface JournalRig {
  readonly journal: Journal;
  /** The stored bytes of an entry. */
  stored(name: string, sequence: number): Buffer;
  /** Replaces or removes an entry behind the journal's back. */
  replace(name: string, sequence: number, bytes: Buffer | undefined): void;
  close(): void;
}

/** Makes a fresh one. */
export type OpenJournalRig = () => Promise<JournalRig>;

/** Appends so many entries to an empty list. */
export async function fill(journal: Journal, list: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    expect(await journal.append(list, index, { list, index })).toMatchObject({ appended: true });
}

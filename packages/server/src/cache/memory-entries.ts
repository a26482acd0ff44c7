import type { EntryStatement } from '@nx-ml/core/cache';

/** A small entry, verified when it was read. */
export interface SmallEntry {
  readonly statement: EntryStatement;
  readonly seal: string;
  readonly body: Buffer;
}

/** What each costs beside its bytes. */
const overhead = 1024;

/**
 * Small entries that were asked for lately. Entries never change, so what is here is right as long as it is here; the longest unused
 * go first.
 */
export class MemoryEntries {
  readonly #entries = new Map<string, SmallEntry>();
  #size = 0;

  /** @param limit bytes in all; 0 keeps nothing. */
  constructor(private readonly limit: number) {}

  get(blob: string): SmallEntry | undefined {
    const entry = this.#entries.get(blob);
    if (entry === undefined) return undefined;
    this.#entries.delete(blob);
    this.#entries.set(blob, entry);
    return entry;
  }

  keep(blob: string, entry: SmallEntry): void {
    this.forget(blob);
    if (costOf(entry) > this.limit) return;
    this.#entries.set(blob, entry);
    this.#size += costOf(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.limit) return;
      this.forget(oldest);
    }
  }

  forget(blob: string): void {
    const entry = this.#entries.get(blob);
    if (entry === undefined) return;
    this.#entries.delete(blob);
    this.#size -= costOf(entry);
  }
}

function costOf({ body }: SmallEntry): number {
  return body.length + overhead;
}

import type { EntryStatement } from '@nx-ml/core/cache';

/** A small entry, verified when it was read. */
export interface SmallEntry {
  readonly statement: EntryStatement;
  readonly seal: string;
  readonly body: Buffer;
}

interface Kept {
  readonly entry: SmallEntry;
  /** Since it was last passed over. */
  isUsed: boolean;
}

/** What each costs beside its bytes. */
const overhead = 1024;

/**
 * Small entries that were asked for lately. Entries never change, so what is here is right as long as it is here. The oldest go first,
 * but for those that were asked for since: such a one is passed over once and then counts as new. To sort them by their use would
 * write to the map with each answer, and a map is built anew after some thousand of that: a pause for whoever asks then.
 */
export class MemoryEntries {
  readonly #entries = new Map<string, Kept>();
  #size = 0;

  /** @param limit bytes in all; 0 keeps nothing. */
  constructor(private readonly limit: number) {}

  get(blob: string): SmallEntry | undefined {
    const kept = this.#entries.get(blob);
    if (kept === undefined) return undefined;
    kept.isUsed = true;
    return kept.entry;
  }

  keep(blob: string, entry: SmallEntry): void {
    this.forget(blob);
    if (costOf(entry) > this.limit) return;
    this.#entries.set(blob, { entry, isUsed: false });
    this.#size += costOf(entry);
    // Each is passed over once at most, the new one too, so it ends.
    for (const [oldest, kept] of this.#entries) {
      if (this.#size <= this.limit) return;
      if (kept.isUsed) this.#passOver(oldest, kept);
      else this.forget(oldest);
    }
  }

  forget(blob: string): void {
    const kept = this.#entries.get(blob);
    if (kept === undefined) return;
    this.#entries.delete(blob);
    this.#size -= costOf(kept.entry);
  }

  forgetAll(): void {
    this.#entries.clear();
    this.#size = 0;
  }

  #passOver(blob: string, kept: Kept): void {
    kept.isUsed = false;
    this.#entries.delete(blob);
    this.#entries.set(blob, kept);
  }
}

function costOf({ body }: SmallEntry): number {
  return body.length + overhead;
}

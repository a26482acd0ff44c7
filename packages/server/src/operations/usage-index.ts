import type { Scope, TaskHash } from '@nx-ml/core/cache';

import { entryOfBlob } from '../cache/entry-blob.js';

/** What is known of a stored entry. */
export interface EntryUse {
  readonly scope: Scope;
  readonly hash: TaskHash;
  /** Bytes in the storage, with its seal. */
  readonly size: number;
  /** Milliseconds since the epoch; when it was written where nobody asked for it since that is kept, and 0 where nobody knows. */
  readonly usedAt: number;
}

export interface UsageTotals {
  readonly entries: number;
  readonly bytes: number;
}

/** All entries of a storage with their size and last use, in memory: some 200 bytes each. */
export class UsageIndex {
  readonly #entries = new Map<string, { size: number; usedAt: number }>();
  readonly #bytesOf = new Map<string, number>();
  #bytes = 0;

  get totals(): UsageTotals {
    return { entries: this.#entries.size, bytes: this.#bytes };
  }

  /** Bytes by scope, those without an entry left out. */
  get scopes(): ReadonlyMap<string, number> {
    return this.#bytesOf;
  }

  has(blob: string): boolean {
    return this.#entries.has(blob);
  }

  /** An entry that is there; of a use that is known already the later counts. */
  add(blob: string, size: number, usedAt: number): void {
    const known = this.#entries.get(blob);
    this.remove(blob);
    this.#entries.set(blob, { size, usedAt: Math.max(usedAt, known?.usedAt ?? 0) });
    this.#count(blob, size);
  }

  remove(blob: string): void {
    const known = this.#entries.get(blob);
    if (known === undefined) return;
    this.#entries.delete(blob);
    this.#count(blob, -known.size);
  }

  used(blob: string, usedAt: number): void {
    const known = this.#entries.get(blob);
    if (known !== undefined) known.usedAt = Math.max(known.usedAt, usedAt);
  }

  *all(): Iterable<EntryUse & { readonly blob: string }> {
    for (const [blob, use] of this.#entries) {
      const key = entryOfBlob(blob);
      if (key !== undefined) yield { blob, ...key, ...use };
    }
  }

  #count(blob: string, bytes: number): void {
    this.#bytes += bytes;
    const scope = entryOfBlob(blob)?.scope ?? '';
    const left = (this.#bytesOf.get(scope) ?? 0) + bytes;
    if (left > 0) this.#bytesOf.set(scope, left);
    else this.#bytesOf.delete(scope);
  }
}

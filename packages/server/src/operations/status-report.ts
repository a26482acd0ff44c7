import type { Scope, TaskHash } from '@nx-ml/core/cache';
import type { Clock } from '@nx-ml/core/kernel';

import type { Housekeeper } from './housekeeper.js';

export interface RecentEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly scope: Scope;
  readonly hash: TaskHash;
  /** Bytes of the body. */
  readonly size: number;
}

/** What the status page shows. Counted since the start; bytes; times in milliseconds since the epoch. */
export interface StatusReport {
  readonly since: number;
  readonly hits: number;
  readonly misses: number;
  readonly bytesOut: number;
  readonly entries: number;
  readonly bytes: number;
  /** Whether `entries` and `bytes` are of all that is stored. */
  readonly isKnown: boolean;
  readonly quota: number | undefined;
  /** The largest first. */
  readonly scopes: readonly { readonly scope: string; readonly bytes: number }[];
  /** The newest first. */
  readonly recent: readonly RecentEntry[];
}

const shown = 20;

/** Counts for the status page. */
export class StatusCounts {
  readonly #since: number;
  #hits = 0;
  #misses = 0;
  #bytesOut = 0;
  readonly #recent: RecentEntry[] = [];

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly housekeeper: Housekeeper,
    private readonly quota: number | undefined,
  ) {
    this.#since = clock.now();
  }

  onHit({ size }: { readonly size: number }): void {
    this.#hits += 1;
    this.#bytesOut += size;
  }

  onMiss(): void {
    this.#misses += 1;
  }

  onStored({ scope, hash, size }: Omit<RecentEntry, 'at'>): void {
    this.#recent.unshift({ at: this.clock.now(), scope, hash, size });
    this.#recent.length = Math.min(this.#recent.length, shown);
  }

  report(): StatusReport {
    const { index, isKnown } = this.housekeeper;
    const scopes = [...index.scopes].map(([scope, bytes]) => ({ scope, bytes }));
    return {
      since: this.#since,
      hits: this.#hits,
      misses: this.#misses,
      bytesOut: this.#bytesOut,
      ...index.totals,
      isKnown,
      quota: this.quota,
      scopes: scopes.sort((a, b) => b.bytes - a.bytes).slice(0, shown),
      recent: this.#recent,
    };
  }
}

import type { Scope, TaskHash } from '@nx-ml/core/cache';
import type { Clock } from '@nx-ml/core/kernel';

import type { Housekeeper } from '../housekeeper.js';
import type { StoreMeter } from '../metrics.js';
import type { RecentRun } from '../recent-runs.js';
import type { SavedMonth } from '../saved-hours.js';
import type { StoreBoard } from '../store-board.js';

export interface RecentEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly scope: Scope;
  readonly hash: TaskHash;
  /** Bytes of the body. */
  readonly size: number;
}

/** What was asked within an hour. */
export interface HourOfReads {
  /** When it began, milliseconds since the epoch. */
  readonly at: number;
  readonly hits: number;
  readonly misses: number;
}

interface ScopeSizes {
  readonly scope: string;
  /** Bytes of its entries. */
  readonly cache: number;
  /** Bytes of its store. */
  readonly store: number;
}

/** What the status page shows. Counted since the start; bytes; times in milliseconds since the epoch. */
export interface StatusReport {
  readonly now: number;
  readonly since: number;
  readonly hits: number;
  readonly misses: number;
  readonly bytesOut: number;
  /** The last 24, the oldest first. */
  readonly hours: readonly HourOfReads[];
  readonly entries: number;
  /** Of the entries, and of the store. */
  readonly bytes: { readonly cache: number; readonly store: number };
  readonly quotas: { readonly cache: number | undefined; readonly store: number | undefined };
  /** Whether the sizes are of all that is stored. */
  readonly isKnown: boolean;
  /** The largest first. */
  readonly scopes: readonly ScopeSizes[];
  /** This month first; undefined while the ledgers are still looked through, and without a store. */
  readonly saved: readonly SavedMonth[] | undefined;
  /** The newest first. */
  readonly runs: readonly RecentRun[];
  /** The newest first. */
  readonly recent: readonly RecentEntry[];
}

export interface StatusDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly housekeeper: Housekeeper;
  readonly quotas: StatusReport['quotas'];
  readonly store: StoreMeter | undefined;
  readonly board: StoreBoard | undefined;
}

const shown = 12;
/** They tell less than runs do. */
const entriesShown = 8;
const hour = 3_600_000;
const hoursShown = 24;

/** Counts for the status page. */
export class StatusCounts {
  readonly #since: number;
  #hits = 0;
  #misses = 0;
  #bytesOut = 0;
  readonly #hours = new Map<number, { hits: number; misses: number }>();
  readonly #recent: RecentEntry[] = [];

  constructor(private readonly deps: StatusDeps) {
    this.#since = deps.clock.now();
  }

  onHit({ size }: { readonly size: number }): void {
    this.#hits += 1;
    this.#bytesOut += size;
    this.#hour().hits += 1;
  }

  onMiss(): void {
    this.#misses += 1;
    this.#hour().misses += 1;
  }

  onStored({ scope, hash, size }: Omit<RecentEntry, 'at'>): void {
    this.#recent.unshift({ at: this.deps.clock.now(), scope, hash, size });
    this.#recent.length = Math.min(this.#recent.length, entriesShown);
  }

  report(): StatusReport {
    const { clock, housekeeper, quotas, store, board } = this.deps;
    const { entries, bytes } = housekeeper.index.totals;
    const sizes = scopeSizes(housekeeper.index.scopes, store?.bytes ?? new Map());
    return {
      now: clock.now(),
      since: this.#since,
      hits: this.#hits,
      misses: this.#misses,
      bytesOut: this.#bytesOut,
      hours: this.#lastHours(),
      entries,
      bytes: { cache: bytes, store: sizes.reduce((sum, one) => sum + one.store, 0) },
      quotas,
      isKnown: housekeeper.isKnown && store?.isKnown !== false,
      scopes: sizes.slice(0, shown),
      saved: board?.hours.isKnown === true ? board.hours.months : undefined,
      runs: (board?.runs ?? []).slice(0, shown),
      recent: this.#recent,
    };
  }

  #hour(): { hits: number; misses: number } {
    const at = this.#thisHour();
    const known = this.#hours.get(at) ?? { hits: 0, misses: 0 };
    if (this.#hours.has(at)) return known;
    this.#hours.set(at, known);
    for (const old of this.#hours.keys()) if (old <= at - hoursShown * hour) this.#hours.delete(old);
    return known;
  }

  #lastHours(): readonly HourOfReads[] {
    const last = this.#thisHour();
    return Array.from({ length: hoursShown }, (_, index) => {
      const at = last - (hoursShown - 1 - index) * hour;
      return { at, hits: 0, misses: 0, ...this.#hours.get(at) };
    });
  }

  #thisHour(): number {
    return Math.floor(this.deps.clock.now() / hour) * hour;
  }
}

/** What belongs to all scopes is of a size that nobody asks for. */
function scopeSizes(
  cache: ReadonlyMap<string, number>,
  store: ReadonlyMap<string, number>,
): readonly ScopeSizes[] {
  const scopes = new Set([...cache.keys(), ...store.keys()]);
  scopes.delete('shared');
  const sizes = [...scopes].map((scope) => ({
    scope,
    cache: cache.get(scope) ?? 0,
    store: store.get(scope) ?? 0,
  }));
  return sizes.sort((a, b) => b.cache + b.store - a.cache - a.store);
}

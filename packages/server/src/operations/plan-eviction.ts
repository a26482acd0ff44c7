import { compareText } from '@nx-ml/core/kernel';
import { protectedScope } from '@nx-ml/core/cache';

import type { EntryUse } from './usage-index.js';

/** Bytes; undefined is without a bound. */
export interface Quotas {
  /** Of all entries together. */
  readonly total: number | undefined;
  /** Of the entries of any one scope but the protected one. */
  readonly scope: number | undefined;
}

export interface PlacedUse extends EntryUse {
  readonly blob: string;
}

/**
 * Which entries go so that the quotas hold: within each scope that has too much its longest unused; then of all scopes but the protected
 * one; and entries of the protected scope only when there is nothing else, since everybody reads them.
 */
export function planEviction(entries: Iterable<PlacedUse>, quotas: Quotas): readonly PlacedUse[] {
  const all = [...entries].sort(byUse);
  const gone = new Set<PlacedUse>();
  for (const scope of scopesOf(all)) {
    const own = all.filter((entry) => entry.scope === scope);
    takeUntil(own, quotas.scope, gone);
  }
  const left = all.filter((entry) => !gone.has(entry));
  takeUntil([...left.filter(isForeign), ...left.filter((entry) => !isForeign(entry))], quotas.total, gone);
  return [...gone];
}

/** Those that go first come first. */
function takeUntil(entries: readonly PlacedUse[], limit: number | undefined, gone: Set<PlacedUse>): void {
  if (limit === undefined) return;
  let bytes = entries.reduce((sum, { size }) => sum + size, 0);
  for (const entry of entries) {
    if (bytes <= limit) return;
    gone.add(entry);
    bytes -= entry.size;
  }
}

function scopesOf(entries: readonly PlacedUse[]): ReadonlySet<string> {
  return new Set(entries.filter(isForeign).map(({ scope }) => scope));
}

function isForeign({ scope }: PlacedUse): boolean {
  return scope !== protectedScope;
}

/** The name decides between equals, so that a plan that was shown is the one that is carried out. */
function byUse(a: PlacedUse, b: PlacedUse): number {
  return a.usedAt - b.usedAt || compareText(a.blob, b.blob);
}

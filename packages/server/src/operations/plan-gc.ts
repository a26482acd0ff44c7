import { protectedScope } from '@nx-ml/core/cache';

import { planEviction } from './plan-eviction.js';
import type { PlacedUse, Quotas } from './plan-eviction.js';

export interface GcRules {
  readonly quotas: Quotas;
  /** Entries whose last use was before it go, but for those of the protected scope. Milliseconds since the epoch. */
  readonly unusedSince: number | undefined;
  /** All of these scopes goes, such as that of a pull request that was closed. Never the protected one. */
  readonly scope: string | undefined;
}

/** What goes: what a rule names, and of the rest what the quotas do not leave room for. */
export function planGc(entries: Iterable<PlacedUse>, rules: GcRules): readonly PlacedUse[] {
  const all = [...entries];
  const named = all.filter((entry) => isNamed(entry, rules));
  const gone = new Set(named);
  return [
    ...named,
    ...planEviction(
      all.filter((entry) => !gone.has(entry)),
      rules.quotas,
    ),
  ];
}

function isNamed({ scope, usedAt }: PlacedUse, rules: GcRules): boolean {
  if (scope === protectedScope) return false;
  return scope === rules.scope || (rules.unusedSince !== undefined && usedAt < rules.unusedSince);
}

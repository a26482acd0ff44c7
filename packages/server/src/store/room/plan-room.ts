import { compareText } from '@nx-ml/core/kernel';

import type { StoreUnit } from './store-unit.js';

/** Bytes; undefined is without a bound. */
export interface StoreQuotas {
  /** Of the stores of all scopes together, the protected one's included. */
  readonly total: number | undefined;
  /** Of the store of any one scope but the protected one. */
  readonly scope: number | undefined;
}

export interface RoomInput {
  /** Of all scopes but the protected one: what that has is nobody's to remove. */
  readonly units: readonly StoreUnit[];
  /** Bytes by scope, of everything that lies there: journals, and the protected scope, too. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly quotas: StoreQuotas;
  /** What somebody was told of since then stays. Milliseconds since the epoch. */
  readonly relied: number;
}

/**
 * What goes, in that order, so that the quotas hold, or as much of them as can be held: within each scope that has too much, then of all.
 * What nothing refers to goes first, of each kind the longest unused. A recipe goes before anything that it takes from, and nothing goes
 * that somebody may count on.
 */
export function planRoom({ units, bytes, quotas, relied }: RoomInput): readonly StoreUnit[] {
  const order = inOrder(units).filter(({ rank }) => rank.reliedAt < relied);
  const gone = new Set<StoreUnit>();
  const take = (unitsOf: readonly StoreUnit[], over: number): void => {
    let left = over;
    for (const unit of unitsOf) {
      if (left <= 0) return;
      if (gone.has(unit)) continue;
      gone.add(unit);
      left -= unit.size;
    }
  };
  const all = order.map(({ unit }) => unit);
  for (const scope of new Set(all.map((unit) => unit.scope)))
    take(
      all.filter((unit) => unit.scope === scope),
      (bytes.get(scope) ?? 0) - (quotas.scope ?? Infinity),
    );
  const total = [...bytes.values()].reduce((sum, one) => sum + one, 0);
  take(all, total - sizeOf(gone) - (quotas.total ?? Infinity));
  return [...gone];
}

/** What nobody has asked for since then, referred to or not; recipes before what they take from. */
export function planUnused(units: readonly StoreUnit[], since: number): readonly StoreUnit[] {
  return inOrder(units).flatMap(({ unit, rank }) => (rank.reliedAt < since ? [unit] : []));
}

export function sizeOf(units: Iterable<StoreUnit>): number {
  let sum = 0;
  for (const { size } of units) sum += size;
  return sum;
}

type Rank = Pick<StoreUnit, 'isReferenced' | 'usedAt' | 'reliedAt'>;

/** What is taken from is needed as much as the one that takes: so the first of this order can go at any length without breaking another. */
function inOrder(units: readonly StoreUnit[]): { readonly unit: StoreUnit; readonly rank: Rank }[] {
  const needs = new Map<string, Rank>();
  for (const unit of units)
    for (const source of unit.takesFrom) needs.set(source, stronger(unit, needs.get(source)));
  const ranked = units.map((unit) => ({
    unit,
    rank: unit.blobs.reduce((rank: Rank, blob) => stronger(rank, needs.get(blob)), unit),
  }));
  return ranked.sort(
    (a, b) =>
      Number(a.rank.isReferenced) - Number(b.rank.isReferenced) ||
      a.rank.usedAt - b.rank.usedAt ||
      Number(a.unit.takesFrom.length === 0) - Number(b.unit.takesFrom.length === 0) ||
      compareText(a.unit.blobs[0] ?? '', b.unit.blobs[0] ?? ''),
  );
}

function stronger(a: Rank, b: Rank | undefined): Rank {
  if (b === undefined) return a;
  return {
    isReferenced: a.isReferenced || b.isReferenced,
    usedAt: Math.max(a.usedAt, b.usedAt),
    reliedAt: Math.max(a.reliedAt, b.reliedAt),
  };
}

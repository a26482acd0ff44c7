import { parseScope } from '@nx-ml/core/cache';
import fc from 'fast-check';

import { planRoom, planUnused, sizeOf } from './plan-room.js';
import type { RoomInput } from './plan-room.js';
import type { StoreUnit } from './store-unit.js';

const unit = (scope: string, name: string, over: Partial<StoreUnit> = {}): StoreUnit => {
  const usedAt = over.usedAt ?? 1;
  const blobs = [`store/${scope}/${name}`];
  return {
    scope: parseScope(scope),
    blobs,
    size: 10,
    usedAt,
    reliedAt: usedAt,
    isReferenced: false,
    takesFrom: [],
    ...over,
  };
};
const bytesOf = (
  units: readonly StoreUnit[],
  more: Readonly<Record<string, number>> = {},
): RoomInput['bytes'] => {
  const bytes = new Map(Object.entries(more));
  for (const { scope, size } of units) bytes.set(scope, (bytes.get(scope) ?? 0) + size);
  return bytes;
};
const names = (units: readonly StoreUnit[]): string[] => units.map(({ blobs }) => String(blobs[0]));

it('removes nothing within the quotas, nor without any', () => {
  const units = [unit('pr-1', 'a'), unit('pr-2', 'b')];
  const input = { units, bytes: bytesOf(units), relied: 100 };
  expect(planRoom({ ...input, quotas: { total: 20, scope: 10 } })).toEqual([]);
  expect(planRoom({ ...input, quotas: { total: undefined, scope: undefined } })).toEqual([]);
});

it('removes what nothing refers to first, and of that the longest unused', () => {
  const units = [
    unit('pr-1', 'named', { usedAt: 1, isReferenced: true }),
    unit('pr-1', 'new', { usedAt: 9 }),
    unit('pr-1', 'old', { usedAt: 2 }),
  ];
  const input = { units, bytes: bytesOf(units), relied: 100 };
  expect(names(planRoom({ ...input, quotas: { total: undefined, scope: 15 } }))).toEqual([
    'store/pr-1/old',
    'store/pr-1/new',
  ]);
  expect(planRoom({ ...input, quotas: { total: undefined, scope: 5 } })).toHaveLength(3);
});

it('counts journals and the protected scope, and removes nothing of them', () => {
  const units = [unit('pr-1', 'a'), unit('pr-2', 'b')];
  const bytes = bytesOf(units, { protected: 1000 });
  expect(planRoom({ units, bytes, relied: 100, quotas: { total: 1010, scope: undefined } })).toHaveLength(1);
  expect(planRoom({ units, bytes, relied: 100, quotas: { total: 100, scope: undefined } })).toHaveLength(2);
});

it('keeps what somebody was told of a while ago, also where the quota then does not hold', () => {
  const units = [unit('pr-1', 'a', { reliedAt: 100 }), unit('pr-1', 'b', { usedAt: 5 })];
  const quotas = { total: undefined, scope: 1 };
  expect(names(planRoom({ units, bytes: bytesOf(units), relied: 100, quotas }))).toEqual(['store/pr-1/b']);
});

const scopes = fc.constantFrom('pr-1', 'pr-2', 'user-a');
const anyUnits = fc
  .array(
    fc.record({
      scope: scopes,
      size: fc.integer({ min: 1, max: 50 }),
      usedAt: fc.nat(9),
      later: fc.nat(3),
      isReferenced: fc.boolean(),
      takes: fc.array(fc.nat(30), { maxLength: 3 }),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(({ scope, later, takes, ...rest }, at) => {
      // As recipes: made of blobs of the same scope that are made of nothing themselves.
      const sources = takes.filter((other) => all[other]?.scope === scope && all[other].takes.length === 0);
      const takesFrom = sources.map((other) => `store/${scope}/${String(other)}`);
      return unit(scope, String(at), { ...rest, reliedAt: rest.usedAt + later, takesFrom });
    }),
  );
const bound = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });
const isIn = (units: readonly StoreUnit[], blob: string): boolean =>
  units.some(({ blobs }) => blobs.includes(blob));

describe('any plan', () => {
  const quotas = fc.record({ total: bound, scope: bound });

  it('breaks no recipe, at no point of its way', () => {
    fc.assert(
      fc.property(anyUnits, quotas, fc.nat(12), fc.nat(30), (units, limits, relied, stop) => {
        const plan = planRoom({ units, bytes: bytesOf(units), quotas: limits, relied });
        // Killed anywhere, each recipe that is left has all that it had.
        const removed = plan.slice(0, stop);
        for (const recipe of units.filter((one) => !removed.includes(one)))
          for (const source of recipe.takesFrom) expect(isIn(removed, source)).toBe(false);
      }),
    );
  });

  it('touches nothing that is counted on, and no more than it must', () => {
    fc.assert(
      fc.property(anyUnits, quotas, fc.nat(12), (units, limits, relied) => {
        const bytes = bytesOf(units, { protected: 70 });
        const plan = planRoom({ units, bytes, quotas: limits, relied });
        for (const { reliedAt } of plan) expect(reliedAt).toBeLessThan(relied);
        const last = plan.at(-1);
        if (last === undefined) return;
        const left = units.filter((one) => !plan.includes(one) || one === last);
        const isOver =
          sizeOf(left) + 70 > (limits.total ?? Infinity) ||
          sizeOf(left.filter(({ scope }) => scope === last.scope)) > (limits.scope ?? Infinity);
        expect(isOver).toBe(true);
      }),
    );
  });

  it('holds the quotas where all is free to go, and what is referred to stays while anything else would do', () => {
    fc.assert(
      fc.property(anyUnits, quotas, (units, limits) => {
        const free = units.map((one) => ({ ...one, takesFrom: [] }));
        const plan = planRoom({ units: free, bytes: bytesOf(free), quotas: limits, relied: 100 });
        const left = free.filter((one) => !plan.includes(one));
        expect(sizeOf(left)).toBeLessThanOrEqual(limits.total ?? Infinity);
        for (const scope of ['pr-1', 'pr-2', 'user-a']) {
          const own = left.filter((one) => one.scope === scope);
          expect(sizeOf(own)).toBeLessThanOrEqual(limits.scope ?? Infinity);
          const isNamedGone = plan.some((one) => one.scope === scope && one.isReferenced);
          if (isNamedGone) expect(own.filter(({ isReferenced }) => !isReferenced)).toEqual([]);
        }
      }),
    );
  });

  it('of the unused breaks no recipe either', () => {
    fc.assert(
      fc.property(anyUnits, fc.nat(12), (units, since) => {
        const gone = planUnused(units, since);
        for (const recipe of units.filter((one) => !gone.includes(one)))
          for (const source of recipe.takesFrom) expect(isIn(gone, source)).toBe(false);
        for (const one of gone) expect(one.reliedAt).toBeLessThan(since);
      }),
    );
  });
});

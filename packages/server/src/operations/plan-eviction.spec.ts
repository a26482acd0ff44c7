import fc from 'fast-check';

import { parseScope } from '@nx-ml/core/cache';

import { entryBlob } from '../cache/entry-blob.js';
import { planEviction } from './plan-eviction.js';
import type { PlacedUse, Quotas } from './plan-eviction.js';

const use = (scope: string, hash: string, size: number, usedAt: number): PlacedUse => {
  const key = { scope: parseScope(scope), hash: hash as PlacedUse['hash'] };
  return { ...key, blob: entryBlob(key.scope, key.hash), size, usedAt };
};
const names = (entries: readonly PlacedUse[]): string[] =>
  entries.map(({ scope, hash }) => `${scope}/${hash}`);

it('removes nothing within the quotas, nor without any', () => {
  const entries = [use('protected', '1', 10, 1), use('pr-1', '2', 10, 1)];
  expect(planEviction(entries, { total: 20, scope: 10 })).toEqual([]);
  expect(planEviction(entries, { total: undefined, scope: undefined })).toEqual([]);
});

it('removes the longest unused of others first, and protected ones last', () => {
  const entries = [
    use('protected', 'old', 10, 1),
    use('pr-1', 'new', 10, 9),
    use('pr-2', 'old', 10, 2),
    use('protected', 'new', 10, 8),
  ];
  expect(names(planEviction(entries, { total: 25, scope: undefined }))).toEqual(['pr-2/old', 'pr-1/new']);
  expect(names(planEviction(entries, { total: 15, scope: undefined }))).toEqual([
    'pr-2/old',
    'pr-1/new',
    'protected/old',
  ]);
});

it('bounds each scope by itself, and the protected one not', () => {
  const entries = [
    use('protected', '1', 100, 1),
    use('pr-1', 'a', 10, 5),
    use('pr-1', 'b', 10, 4),
    use('pr-2', 'c', 10, 1),
  ];
  expect(names(planEviction(entries, { total: undefined, scope: 15 }))).toEqual(['pr-1/b']);
});

const uses = fc
  .array(
    fc.record({
      scope: fc.constantFrom('protected', 'pr-1', 'pr-2', 'user-a'),
      size: fc.integer({ min: 1, max: 50 }),
      usedAt: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 30 },
  )
  .map((all) => all.map(({ scope, size, usedAt }, index) => use(scope, String(index), size, usedAt)));
const bound = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });

it('keeps the quotas, removes no more than it takes, and no protected entry while another is there', () => {
  fc.assert(
    fc.property(uses, fc.record({ total: bound, scope: bound }), (entries, quotas: Quotas) => {
      const gone = planEviction(entries, quotas);
      const left = entries.filter((entry) => !gone.includes(entry));
      const bytes = (all: readonly PlacedUse[]): number => all.reduce((sum, { size }) => sum + size, 0);
      expect(bytes(left)).toBeLessThanOrEqual(quotas.total ?? Infinity);
      for (const scope of ['pr-1', 'pr-2', 'user-a'])
        expect(bytes(left.filter((entry) => entry.scope === scope))).toBeLessThanOrEqual(
          quotas.scope ?? Infinity,
        );
      if (gone.some(({ scope }) => scope === 'protected'))
        expect(left.filter(({ scope }) => scope !== 'protected')).toEqual([]);
      // Without the last that went, some quota would not hold.
      const last = gone.at(-1);
      if (last !== undefined) {
        const own = [...left.filter(({ scope }) => scope === last.scope), last];
        const isOver =
          bytes([...left, last]) > (quotas.total ?? Infinity) || bytes(own) > (quotas.scope ?? Infinity);
        expect(isOver).toBe(true);
      }
    }),
  );
});

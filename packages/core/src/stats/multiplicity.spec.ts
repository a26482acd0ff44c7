import fc from 'fast-check';

import { pAdjust } from './multiplicity.js';

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('pAdjust', () => {
  it('orders its methods, never lowers a p, and keeps the order of the p', () => {
    fc.assert(
      fc.property(pValues, (given) => {
        const adjusted = pAdjust({ pValues: given });
        given.forEach((p, index) => {
          const at = (name: keyof typeof adjusted): number => adjusted[name][index] ?? -1;
          const [most, least] = [at('bonferroni') + 1e-15, p - 1e-15];
          for (const name of ['bh', 'hochberg', 'holm'] as const) {
            expect(at(name)).toBeGreaterThanOrEqual(least);
            expect(at(name)).toBeLessThanOrEqual(most);
          }
          expect(at('hochberg')).toBeLessThanOrEqual(at('holm') + 1e-15);
          expect(at('bh')).toBeLessThanOrEqual(at('by') + 1e-15);
          given.forEach((other, place) => {
            if (p <= other) expect(at('holm')).toBeLessThanOrEqual(adjusted.holm[place] ?? 0);
          });
        });
      }),
    );
  });

  it('gives each p its own, in whatever order they are', () => {
    fc.assert(
      fc.property(pValues, (given) => {
        const there = pAdjust({ pValues: given });
        const back = pAdjust({ pValues: given.toReversed() });
        expect(back.by.toReversed()).toEqual(there.by);
        expect(back.holm.toReversed()).toEqual(there.holm);
      }),
    );
  });
});

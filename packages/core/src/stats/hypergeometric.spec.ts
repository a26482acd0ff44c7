import fc from 'fast-check';

import { hypergeometricUpperTail } from './hypergeometric.js';

describe('hypergeometricUpperTail', () => {
  // scipy.stats.hypergeom.sf(k - 1, population, marked, draws)
  it.each([
    [5, 50, 10, 20, 0.354973110117792],
    [12, 1000, 100, 50, 0.0024583389671421316],
    [3, 1000, 100, 50, 0.8943631548492984],
    [60, 100000, 500, 3000, 1.5181156919585793e-19],
    [1, 10, 1, 1, 0.1],
    [9, 20, 12, 10, 0.009883305548940223],
    [20, 5000, 40, 1000, 1.9885111291964702e-5],
  ])('at least %i of %i with %i marked, %i drawn', (...row) => {
    const [k, population, marked, draws, expected] = row;
    const tail = hypergeometricUpperTail({ k, population, marked, draws });
    expect(Math.abs(tail / expected - 1)).toBeLessThan(1e-9);
  });

  it('is 1 at the least and 0 beyond the most, and falls in between', () => {
    const counts = fc.nat(60).chain((population) =>
      fc.record({
        population: fc.constant(population),
        marked: fc.nat(population),
        draws: fc.nat(population),
      }),
    );
    fc.assert(
      fc.property(counts, ({ population, marked, draws }) => {
        const tails = Array.from({ length: Math.min(marked, draws) + 2 }, (_, k) =>
          hypergeometricUpperTail({ k, population, marked, draws }),
        );
        expect(tails[0]).toBe(1);
        expect(tails.at(-1)).toBe(0);
        tails.slice(1).forEach((tail, index) => {
          expect(tail).toBeLessThanOrEqual((tails[index] ?? 0) + 1e-12);
        });
      }),
    );
  });

  it('refuses what is no count', () => {
    for (const wrong of [{ k: -1 }, { marked: 11 }, { draws: 11 }, { k: NaN }])
      expect(() => hypergeometricUpperTail({ k: 1, population: 10, marked: 5, draws: 5, ...wrong })).toThrow(
        'must be',
      );
  });
});

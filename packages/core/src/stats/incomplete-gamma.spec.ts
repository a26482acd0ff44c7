import fc from 'fast-check';

import { chiSquareCdf, chiSquareQuantile, chiSquareUpperTail } from './distributions.js';
import { gammaTails } from './incomplete-gamma.js';

describe('the gamma and the chi-square distribution', () => {
  it.each([
    // x, degrees of freedom, P(X <= x) by mpmath
    [4940.652282850659, 5000, 0.2778741843579613],
    [9978780.340274053, 10_000_000, 1.0268278752193304e-6],
    [0.0001, 50, 1.9212485379914065e-133],
  ])('hold at %d with %d degrees of freedom', (x, df, expected) => {
    expect(chiSquareCdf(x, df) / expected).toBeCloseTo(1, 9);
  });

  it('hold in an upper tail of 1e-69', () => {
    expect(chiSquareUpperTail(2000, 999) / 2.924923149305196e-69).toBeCloseTo(1, 9);
  });

  const shape = fc.double({ min: 0.01, max: 1e5, noNaN: true });

  it('are the exponential distribution for a shape of 1, and sum to 1', () => {
    fc.assert(
      fc.property(shape, fc.double({ min: 0, max: 3, noNaN: true }), (a, ratio) => {
        const { lower, upper } = gammaTails(a, a * ratio);
        expect(lower + upper).toBeCloseTo(1, 12);
        expect(gammaTails(1, ratio).upper).toBeCloseTo(Math.exp(-ratio), 12);
      }),
    );
  });

  it('never fall as x rises, across the change from series to fraction', () => {
    fc.assert(
      fc.property(shape, fc.double({ min: 1e-6, max: 0.1, noNaN: true }), (a, step) => {
        expect(gammaTails(a, a + 1 + step).lower).toBeGreaterThanOrEqual(
          gammaTails(a, a + 1 - step).lower - 1e-12,
        );
      }),
    );
  });

  it('have quantiles that lead back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-10, max: 0.999999, noNaN: true }),
        fc.double({ min: 0.5, max: 5000, noNaN: true }),
        (p, df) => {
          expect(chiSquareCdf(chiSquareQuantile(p, df), df) / p).toBeCloseTo(1, 8);
        },
      ),
      { numRuns: 50 },
    );
  });
});

import fc from 'fast-check';

import { binnedDrift, mmd2, wasserstein1 } from './drift.js';

const bins = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 })), {
  minLength: 2,
  maxLength: 12,
});

describe('binnedDrift', () => {
  it('is symmetric, in its ranges, and 0 for the same shares', () => {
    fc.assert(
      fc.property(bins, (pairs) => {
        const reference = [1, ...pairs.map(([count]) => count)];
        const current = [1, ...pairs.map(([, count]) => count)];
        const there = binnedDrift({ reference, current });
        const back = binnedDrift({ reference: current, current: reference });
        expect(back.jensenShannonBits).toBeCloseTo(there.jensenShannonBits, 12);
        expect(back.psi).toBeCloseTo(there.psi, 9);
        expect(there.jensenShannonBits).toBeLessThanOrEqual(1);
        expect(binnedDrift({ reference, current: reference.map((count) => 3 * count) }).chi2).toBeCloseTo(
          0,
          9,
        );
      }),
    );
  });

  it('tells nothing from one bin', () => {
    expect(binnedDrift({ reference: [5, 0], current: [9, 0] })).toMatchObject({
      p: 1,
      df: 0,
      degenerate: true,
    });
  });
});

describe('distances of samples', () => {
  const sample = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 20 });

  it('are symmetric, and a shift is a shift', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        expect(wasserstein1({ x, y }).w).toBeCloseTo(wasserstein1({ x: y, y: x }).w, 9);
        expect(wasserstein1({ x, y: x.map((value) => value + 2) }).w).toBeCloseTo(2, 9);
        expect(mmd2({ x, y, sigma: 1 }).mmd2).toBeCloseTo(mmd2({ x: y, y: x, sigma: 1 }).mmd2, 12);
      }),
    );
  });
});

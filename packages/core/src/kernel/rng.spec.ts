import { seededRng } from './rng.js';

describe('seededRng', () => {
  it('gives the same draws for the same seed, on every machine', () => {
    const rng = seededRng(2026);
    expect([rng.uint32(), rng.uint32(), rng.uint32()]).toEqual([2_325_672_212, 1_171_095_016, 1_749_106_412]);
  });

  it('looks at all 53 bits of a seed, and refuses what is none', () => {
    expect(seededRng(2 ** 40).uint32()).not.toBe(seededRng(0).uint32());
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => seededRng(seed)).toThrow(RangeError);
  });

  it('is uniform: 64 cells of 100,000 draws, by chi-square', () => {
    const rng = seededRng(1);
    const cells = new Int32Array(64);
    for (let draw = 0; draw < 100_000; draw++) {
      const cell = Math.floor(rng.uniform() * 64);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const expected = 100_000 / 64;
    const chi2 = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // The 0.9999 quantile of chi-square with 63 degrees of freedom, and its mirror.
    expect(chi2).toBeLessThan(113);
    expect(chi2).toBeGreaterThan(29);
  });
});

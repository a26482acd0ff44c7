import fc from 'fast-check';

import { seededRng } from '../kernel/rng.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { bcaInterval } from './bootstrap/index.js';
import { binomialCdf } from './distributions.js';
import { clopperPearson, clopperPearsonLower, clopperPearsonUpper, wilson } from './proportion-intervals.js';
import type { Interval, Proportion } from './proportion-intervals.js';
import { tangoInterval, tangoNonInferiority } from './tango.js';
import { drawNormals } from './testing/draw-normals.js';

const proportion = fc
  .record({ n: fc.integer({ min: 1, max: 500 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ n, share }) => ({ n, successes: Math.round(share * n) }));
const confidence = fc.constantFrom(0.8, 0.95, 0.999);

/** The probability that an interval holds the true proportion, summed over all that can be seen. */
function coverage(
  interval: (input: Proportion & { confidence: number }) => Interval,
  { n, p, level }: { n: number; p: number; level: number },
): number {
  let covered = 0;
  for (let successes = 0; successes <= n; successes++) {
    const { lower, upper } = interval({ successes, n, confidence: level });
    const mass = binomialCdf(successes, n, p) - (successes === 0 ? 0 : binomialCdf(successes - 1, n, p));
    if (lower <= p && p <= upper) covered += mass;
  }
  return covered;
}

describe('intervals for a proportion', () => {
  it('hold the estimate, mirror, and widen with the confidence', () => {
    fc.assert(
      fc.property(proportion, confidence, (counts, level) => {
        for (const interval of [wilson, clopperPearson]) {
          const { lower, upper } = interval({ ...counts, confidence: level });
          const mirrored = interval({
            n: counts.n,
            successes: counts.n - counts.successes,
            confidence: level,
          });
          expect(lower).toBeLessThanOrEqual(counts.successes / counts.n);
          expect(upper).toBeGreaterThanOrEqual(counts.successes / counts.n);
          expect(mirrored.lower).toBeCloseTo(1 - upper, 9);
          expect(interval({ ...counts, confidence: 0.9999 }).upper).toBeGreaterThanOrEqual(upper);
        }
        expect(clopperPearsonLower({ ...counts, alpha: (1 - level) / 2 })).toBe(
          clopperPearson({ ...counts, confidence: level }).lower,
        );
        expect(clopperPearsonUpper({ ...counts, alpha: (1 - level) / 2 })).toBe(
          clopperPearson({ ...counts, confidence: level }).upper,
        );
      }),
    );
  });

  it('cover: Clopper and Pearson always, Wilson on average', () => {
    const shares = Array.from({ length: 49 }, (_, index) => (index + 1) / 50);
    for (const n of [5, 30, 100]) {
      for (const p of shares)
        expect(coverage(clopperPearson, { n, p, level: 0.95 })).toBeGreaterThanOrEqual(0.95 - 1e-12);
      const mean =
        shares.reduce((sum, p) => sum + coverage(wilson, { n, p, level: 0.95 }), 0) / shares.length;
      expect(Math.abs(mean - 0.95)).toBeLessThan(0.01);
    }
  });
});

const paired = fc
  .tuple(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 2000 }))
  .map(([candidateOnlyCorrect, baselineOnlyCorrect, both]) => ({
    candidateOnlyCorrect,
    baselineOnlyCorrect,
    n: candidateOnlyCorrect + baselineOnlyCorrect + both,
  }));

describe('Tango', () => {
  it('mirrors when the two change places, and holds the estimate', () => {
    fc.assert(
      fc.property(paired, confidence, (counts, level) => {
        const { lower, upper, estimate } = tangoInterval({ ...counts, confidence: level });
        const swapped = tangoInterval({
          n: counts.n,
          candidateOnlyCorrect: counts.baselineOnlyCorrect,
          baselineOnlyCorrect: counts.candidateOnlyCorrect,
          confidence: level,
        });
        expect(lower).toBeLessThanOrEqual(estimate);
        expect(upper).toBeGreaterThanOrEqual(estimate);
        expect(swapped.lower).toBeCloseTo(-upper, 9);
      }),
    );
  });

  it('tests what the interval says: p <= alpha where the lower end at 1 - 2 alpha clears the margin', () => {
    fc.assert(
      fc.property(paired, fc.constantFrom(0.001, 0.01, 0.05), (counts, margin) => {
        const { p } = tangoNonInferiority({ ...counts, margin });
        const { lower } = tangoInterval({ ...counts, confidence: 0.9 });
        if (Math.abs(lower + margin) > 1e-9) expect(p < 0.05).toBe(lower > -margin);
      }),
    );
  });

  it('has less evidence for a smaller margin, and none from no discordant pair at margin 0', () => {
    fc.assert(
      fc.property(paired, (counts) => {
        const at = (margin: number): number => tangoNonInferiority({ ...counts, margin }).p;
        expect(at(0.01)).toBeGreaterThanOrEqual(at(0.05) - 1e-12);
      }),
    );
    expect(
      tangoNonInferiority({ candidateOnlyCorrect: 0, baselineOnlyCorrect: 0, n: 1000, margin: 0 }),
    ).toEqual({ z: 0, p: 1, degenerate: true });
  });
});

describe('bcaInterval', () => {
  it('covers the mean of skewed values nearly as often as it says', () => {
    const rng = seededRng(11);
    let covered = 0;
    const rounds = 300;
    for (let round = 0; round < rounds; round++) {
      const values = drawNormals(rng, 60).map((value) => value ** 2);
      const { lower, upper } = bcaInterval({ values, confidence: 0.9, resamples: 400, rng });
      if (lower <= 1 && 1 <= upper) covered++;
    }
    expect(covered / rounds).toBeGreaterThan(0.84);
    expect(covered / rounds).toBeLessThan(0.95);
  });

  it('gives the same interval by values, by indices and by counts', () => {
    const values = [...Array<number>(300).fill(1), ...Array<number>(700).fill(0)];
    const input = { confidence: 0.95, resamples: 4000 };
    const intervals = [
      bcaInterval({ ...input, values, rng: seededRng(1) }),
      bcaInterval({
        ...input,
        n: 1000,
        statistic: (indices: Int32Array) =>
          indices.reduce((sum: number, index) => sum + (values[index] ?? 0), 0) / indices.length,
        rng: seededRng(2),
      }),
      bcaInterval({
        ...input,
        counts: [300, 0, 700],
        statistic: (counts: Float64Array) => (counts[0] ?? 0) / 1000,
        rng: seededRng(3),
      }),
    ];
    for (const { lower, upper, degenerate } of intervals) {
      expect(lower).toBeCloseTo(0.2722, 2);
      expect(upper).toBeCloseTo(0.3291, 2);
      expect(degenerate).toBe(false);
    }
  });

  it('refuses too many draws before it looks at a single example', () => {
    let asked = 0;
    const statistic = (): number => ++asked;
    const input = { confidence: 0.95, resamples: 1000, statistic, rng: seededRng(1) };
    expect(failureOf(() => bcaInterval({ ...input, n: 2_000_000_001 })).code).toBe(
      'ERR_ML_STATISTICS_INVALID',
    );
    expect(asked).toBe(0);
  });

  it('marks what knows no spread, or is not always defined', () => {
    const input = { confidence: 0.95, resamples: 200 };
    const constant = bcaInterval({ ...input, values: [2, 2, 2], rng: seededRng(1) });
    expect(constant).toMatchObject({ lower: 2, upper: 2, degenerate: true });
    const often = bcaInterval({
      ...input,
      counts: [1, 9],
      statistic: (counts: Float64Array) => (counts[0] === 0 ? Number.NaN : (counts[0] ?? 0)),
      rng: seededRng(1),
    });
    expect(often.degenerate).toBe(true);
  });
});

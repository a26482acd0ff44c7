import fc from 'fast-check';

import { seededRng } from '../kernel/rng.js';
import { fiveByTwoCv, nadeauBengio } from './cross-validation.js';
import { momentsOf } from './moments.js';
import { nonInferiorityMean } from './non-inferiority-mean.js';
import { pairedT, tostPaired } from './paired-t.js';
import { probOutperform } from './prob-outperform.js';
import { ladder } from './ladder.js';

const differences = fc
  .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 40 })
  .filter((values) => new Set(values).size > 1);

describe('momentsOf', () => {
  it('keeps its digits far from 0, and its range near the ends of a double', () => {
    const shifted = momentsOf([1e8 + 1, 1e8 + 2, 1e8 + 3]);
    expect(shifted).toMatchObject({ mean: 1e8 + 2, sd: 1 });
    const huge = momentsOf([1e308, -1e308, 1e308]);
    expect(huge.sd / 1e308).toBeCloseTo(2 / Math.sqrt(3), 9);
    const tiny = momentsOf([5e-324, 0, 1e-323]);
    expect(tiny.ratio).toBeCloseTo(1, 9);
  });
});

describe('t tests', () => {
  it('turn around with the signs, and do not see the unit', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const there = pairedT({ differences: values, confidence: 0.95 });
        const back = pairedT({ differences: values.map((value) => -value), confidence: 0.95 });
        const scaled = pairedT({ differences: values.map((value) => value * 2 ** 200), confidence: 0.95 });
        expect(back.greater).toBeCloseTo(1 - there.greater, 9);
        expect(scaled.t).toBeCloseTo(there.t ?? 0, 9);
        expect(there.lower ?? 0).toBeLessThanOrEqual(there.mean);
        const folds = { nTrain: 900, nTest: 100 };
        expect(nadeauBengio({ differences: values, ...folds }).twoSided).toBeGreaterThanOrEqual(
          nadeauBengio({ differences: values, ...folds }).naiveTwoSided - 1e-12,
        );
      }),
    );
  });

  it('find equivalence sooner within a wider margin', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const at = (margin: number): number => tostPaired({ differences: values, margin }).pTost;
        expect(at(2)).toBeLessThanOrEqual(at(1) + 1e-12);
      }),
    );
  });

  it('pass nothing without spread', () => {
    const same = [0.1, 0.1, 0.1];
    expect(pairedT({ differences: same, confidence: 0.9 })).toMatchObject({
      greater: 1,
      twoSided: 1,
      degenerate: true,
    });
    expect(tostPaired({ differences: same, margin: 5 })).toMatchObject({ pTost: 1, degenerate: true });
    expect(nadeauBengio({ differences: same, nTrain: 9, nTest: 1 })).toMatchObject({
      greater: 1,
      degenerate: true,
    });
    expect(fiveByTwoCv({ differences: Array.from({ length: 5 }, () => [0.1, 0.1]) })).toMatchObject({
      fP: 1,
      degenerate: true,
    });
  });
});

describe('nonInferiorityMean', () => {
  it('with the worst case holds its level where harm is rare, for which sign flips and t tests fail', () => {
    const rng = seededRng(14);
    const passed = { bets: 0, corrected: 0 };
    for (let run = 0; run < 400; run++) {
      // Worse by 0.02 on average: a fiftieth of the examples lose all, the others are as good.
      const values = Array.from({ length: 60 }, () =>
        rng.uniform() < 0.02 ? -1 : 0.001 * rng.uniform() - 0.0005,
      );
      if (nonInferiorityMean({ differences: values, margin: 0.02, worst: -1 }).p <= 0.05) passed.bets++;
      if (nonInferiorityMean({ differences: values, margin: 0.02 }).p <= 0.05) passed.corrected++;
    }
    expect(passed.bets / 400).toBeLessThanOrEqual(0.05);
    // Why `worst` is worth giving: without it, a sample that holds none of the harm looks like none.
    expect(passed.corrected / 400).toBeGreaterThan(0.2);
  });

  it('passes what is as good, given examples enough', () => {
    const rng = seededRng(15);
    const values = Array.from({ length: 4000 }, () => (rng.uniform() - 0.5) / 2);
    for (const worst of [{ worst: -1 }, {}]) {
      const { p } = nonInferiorityMean({ differences: values, margin: 0.05, ...worst });
      expect(p).toBeLessThan(0.0005);
    }
  });

  it('counts a group of examples as one', () => {
    const rng = seededRng(16);
    const once = Array.from({ length: 300 }, () => rng.uniform() - 0.48);
    const copied = once.flatMap((value) => [value, value, value]);
    const groups = once.flatMap((_, index) => [index, index, index]);
    for (const worst of [{ worst: -1 }, {}]) {
      const alone = nonInferiorityMean({ differences: once, margin: 0.05, ...worst }).p;
      const grouped = nonInferiorityMean({ differences: copied, groups, margin: 0.05, ...worst }).p;
      expect(grouped / alone).toBeCloseTo(1, 2);
    }
  });

  it('tells nothing from no spread without the worst case', () => {
    const same = Array<number>(1000).fill(0);
    expect(nonInferiorityMean({ differences: same, margin: 0.02 })).toMatchObject({ p: 1, degenerate: true });
    expect(nonInferiorityMean({ differences: same, margin: 0.02, worst: -1 }).p).toBeLessThan(0.001);
  });
});

describe('probOutperform', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 });

  it('mirrors, and holds its estimate', () => {
    fc.assert(
      fc.property(scores, (scoresA) => {
        const scoresB = scoresA.toReversed();
        const rotated = [...scoresA.slice(1), scoresA[0] ?? 0];
        for (const other of [scoresB, rotated]) {
          const { pAB, lower, upper } = probOutperform({ scoresA, scoresB: other });
          expect(lower).toBeLessThanOrEqual(pAB);
          expect(upper).toBeGreaterThanOrEqual(pAB);
          expect(probOutperform({ scoresA: other, scoresB: scoresA }).pAB).toBeCloseTo(1 - pAB, 12);
        }
      }),
    );
  });

  it('marks a clean sweep: its interval has no width, and is no certainty', () => {
    expect(probOutperform({ scoresA: [2, 2], scoresB: [1, 1] })).toEqual({
      pAB: 1,
      lower: 1,
      upper: 1,
      degenerate: true,
    });
  });
});

describe('ladder', () => {
  it('never shows a score above one that it showed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.constantFrom(0, 1), { minLength: 12, maxLength: 12 }), {
          minLength: 1,
          maxLength: 12,
        }),
        (losses) => {
          const { released } = ladder({ losses });
          released.forEach((shown, index) => {
            expect(shown).toBeLessThanOrEqual(released[index - 1] ?? 1);
          });
        },
      ),
    );
  });
});

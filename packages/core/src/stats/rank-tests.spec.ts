import fc from 'fast-check';

import { delongPaired } from './delong.js';
import { ks2Sample } from './ks.js';
import { mannWhitney } from './mann-whitney.js';
import { rank } from './ranks.js';
import { SortedValues } from './sorted-values.js';
import { wilcoxonSignedRank } from './wilcoxon-signed-rank.js';

const values = (minLength: number): fc.Arbitrary<number[]> =>
  fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -5, max: 5, noNaN: true })), {
    minLength,
    maxLength: 60,
  });

describe('SortedValues', () => {
  it('counts as counting does', () => {
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(any, fc.integer({ min: -3, max: 3 })), { minLength: 1 }),
        any,
        (sample, other) => {
          const sorted = new SortedValues(sample);
          for (const value of [other, ...sample]) {
            const below = sorted.below(value);
            expect(below).toBe(sample.filter((one) => one < value).length);
            expect(sorted.atMost(value, below)).toBe(sample.filter((one) => one <= value).length);
          }
        },
      ),
    );
  });

  it('gives ranks that sum to n(n+1)/2', () => {
    fc.assert(
      fc.property(values(1), (sample) => {
        const { ranks } = rank(sample);
        expect(ranks.reduce((sum, one) => sum + one, 0)).toBeCloseTo(
          (sample.length * (sample.length + 1)) / 2,
          6,
        );
      }),
    );
  });
});

describe('two samples', () => {
  it('change places without a change of the evidence', () => {
    fc.assert(
      fc.property(values(1), values(1), (x, y) => {
        const [there, back] = [mannWhitney({ x, y }), mannWhitney({ x: y, y: x })];
        expect(back.W).toBeCloseTo(x.length * y.length - there.W, 9);
        expect(back.twoSided).toBeCloseTo(there.twoSided, 9);
        const [one, other] = [ks2Sample({ x, y }), ks2Sample({ x: y, y: x })];
        expect(other.D).toBe(one.D);
        expect(other.pExact).toBeCloseTo(one.pExact ?? -1, 9);
      }),
    );
  });

  it('of Kolmogorov and Smirnov: exact and limit meet for large samples', () => {
    const x = Array.from({ length: 1500 }, (_, index) => index);
    const y = Array.from({ length: 1500 }, (_, index) => index + 60.5);
    const { pExact, pKolmogorovLimit } = ks2Sample({ x, y });
    expect((pExact ?? 0) / pKolmogorovLimit).toBeCloseTo(1, 1);
  });
});

describe('wilcoxonSignedRank', () => {
  it('turns around with the signs', () => {
    fc.assert(
      fc.property(values(1), (differences) => {
        const there = wilcoxonSignedRank({ differences });
        const back = wilcoxonSignedRank({ differences: differences.map((value) => -value) });
        expect(back.twoSided).toBeCloseTo(there.twoSided, 9);
        expect(back.degenerate).toBe(there.degenerate);
      }),
    );
  });
});

describe('delongPaired', () => {
  const example = fc.record({
    label: fc.constantFrom(0, 1),
    a: fc.integer({ min: 0, max: 9 }),
    b: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const examples = fc
    .array(example, { minLength: 8, maxLength: 40 })
    .map((some) => [
      { label: 0, a: 1, b: 0 },
      { label: 0, a: 2, b: 1 },
      { label: 1, a: 3, b: 0 },
      { label: 1, a: 4, b: 1 },
      ...some,
    ]);

  it('turns around with the models, and sees only the order of the scores', () => {
    fc.assert(
      fc.property(examples, (some) => {
        const labels = some.map(({ label }) => label);
        const [a, b] = [some.map((one) => one.a), some.map((one) => one.b)];
        const there = delongPaired({ labels, scoresA: a, scoresB: b });
        const back = delongPaired({ labels, scoresA: b, scoresB: a });
        const bent = delongPaired({ labels, scoresA: a.map((score) => score ** 3 - 5), scoresB: b });
        expect(back.diff).toBeCloseTo(-there.diff, 12);
        expect(back.twoSided).toBeCloseTo(there.twoSided, 9);
        expect(bent.aucA).toBe(there.aucA);
        expect(bent.twoSided).toBe(there.twoSided);
      }),
    );
  });

  it('never passes a model against one that orders alike', () => {
    fc.assert(
      fc.property(examples, (some) => {
        const labels = some.map(({ label }) => label);
        const scoresA = some.map(({ b }) => b);
        const { greater, z, degenerate } = delongPaired({
          labels,
          scoresA,
          scoresB: scoresA.map((score) => 2 * score),
        });
        expect({ greater, z, degenerate }).toEqual({ greater: 1, z: null, degenerate: true });
      }),
    );
  });
});
